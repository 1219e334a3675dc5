"""The sandbox, day 1 and day 2: what is in the lake is what the load records say, to every reader."""

import hashlib
import os
import subprocess

import duck
from compare import compare
from lake import Dataset
from outcome import Outcome

REQUESTS = 2000
LOADS = ("20260105T020000Z-00000a", "20260106T020000Z-00000b")
DATASET = "thena_sandbox"
# What each run may write anew; everything else is there for ever.
CHANGING = ("manifest.json", "lock")
# What the sandbox has on day 1 with REQUESTS requests and USERS users.
USERS = 61
RESOURCES = ("requests", "v3_requests", "users", "user", "custom_fields", "sub_statuses")


def export(program, lake, load, *options):
    program.run(
        "export", "thena", "--sandbox", "--sandbox-requests", str(REQUESTS), "--sandbox-users", str(USERS),
        "--lake", lake, "--load-id", load, "--quiet", *options)


def check(program, folder, server):
    outcome = Outcome("sandbox")
    lake = os.path.join(folder, "sandbox")
    export(program, lake, LOADS[0])
    first = digests(lake)
    export(program, lake, LOADS[1])
    after = digests(lake)
    changed = [path for path, digest in first.items() if after.get(path) != digest and os.path.basename(path) not in CHANGING]
    outcome.same("files of load 1 that load 2 changed", [], changed)
    dataset = Dataset(lake, DATASET)
    check_records(outcome, dataset)
    check_documents(outcome, dataset)
    engine = duck.connect()
    for part in dataset.parts:
        # PostgreSQL reads the widest table only: the others hold nothing that this one does not.
        compare(outcome, part, engine, server if part.table == "requests" else None)
    check_keys(outcome, program, lake, dataset, engine)
    return outcome.close() and check_repeats(program, folder, lake)


def digests(lake):
    found = {}
    for place, _, names in os.walk(lake):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, lake)] = hashlib.sha256(file.read()).hexdigest()
    return found


def check_records(outcome, dataset):
    """Counts that must add up, in each load record."""
    outcome.same("loads", list(LOADS), [load["load_id"] for load in dataset.loads])
    for load in dataset.loads:
        name = load["load_id"]
        outcome.same(f"{name}: outcome", "complete", load["outcome"])
        outcome.same(f"{name}: resources", sorted(RESOURCES), sorted(r["name"] for r in load["resources"]))
        written = {}
        for resource in load["resources"]:
            counts = resource["counts"]
            written[resource["name"]] = counts["written"]
            outcome.same(f"{name}, {resource['name']}: fetched = written + duplicate + filtered + quarantined", counts["fetched"],
                         counts["written"] + counts["duplicate"] + counts["filtered"] + counts["quarantined"])
        if name == LOADS[0]:
            wanted = {"requests": REQUESTS, "v3_requests": REQUESTS, "users": USERS, "user": USERS}
            outcome.same(f"{name}: records of the sandbox", wanted, {key: written[key] for key in wanted})
        for table in load["tables"]:
            if table["path"] == "$":
                outcome.same(f"{name}, {table['name']}: one row per record", written[table["resource"]], table["rows"])
            for form in ("jsonl", "csv"):
                rows = sum(f["rows"] for f in load["files"] if f["table"] == table["name"] and f["format"] == form)
                outcome.same(f"{name}, {table['name']}: rows of the {form} files", table["rows"], rows)
            outcome.count("tables in load records")


def check_documents(outcome, dataset):
    """The tools a person would reach for: sha256sum, jq, wc, ls."""
    for load in dataset.loads:
        sums = os.path.join("_lake", "loads", load["load_id"] + ".sha256")
        done = subprocess.run(["sha256sum", "--strict", "-c", sums], cwd=dataset.folder, capture_output=True, text=True)
        right = [line.removesuffix(": OK") for line in done.stdout.splitlines() if line.endswith(": OK")]
        outcome.same(f"sha256sum -c {sums}: exit code and damaged files", (0, 0), (done.returncode, done.stdout.count("FAILED")))
        outcome.same(f"{sums}: data files that it lacks", set(), {file["path"] for file in load["files"]} - set(right))
        outcome.count("files by sha256sum", len(right))
    listed = {file["path"] for load in dataset.loads for file in load["files"]}
    there = {path for path in (os.path.relpath(os.path.join(place, name), dataset.folder)
                               for place, _, names in os.walk(dataset.folder) for name in names)
             if not path.startswith("_lake") and path != "manifest.json"}
    outcome.same("data files in the folders and in the load records", sorted(listed), sorted(there))
    changes = jq(dataset, "-c", "[.tables.requests.versions[].changes[] | .what]", "manifest.json")
    outcome.same("jq: kinds of changes of requests", True, all(f'"{what}"' in changes for what in ("add_table", "add_column", "widen_type")))
    outcome.same("jq: versions of requests", "[1,2]", jq(dataset, "-c", "[.tables.requests.versions[].version]", "manifest.json"))
    for part in dataset.parts:
        file = part.files["jsonl"]
        outcome.same(f"jq: lines of {file['path']}", str(file["rows"]), jq(dataset, "-n", "reduce inputs as $r (0; . + 1)", file["path"]))
        outcome.count("lines by jq", file["rows"])


def jq(dataset, *arguments):
    done = subprocess.run(["jq", *arguments], cwd=dataset.folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def check_keys(outcome, program, lake, dataset, engine):
    """All versions of all tables at once, by the statement that `restlake schema` prints: rows, numbers, parents."""
    for table in dataset.tables:
        engine.execute(f"CREATE TABLE {duck.quoted(table)} AS {duck.printed_statement(program, lake, DATASET, table)}")
        rows = sum(part.files["jsonl"]["rows"] for part in dataset.table(table))
        outcome.same(f"{table}: rows by the printed statement", (rows,), one(engine, f"SELECT count(*) FROM {duck.quoted(table)}"))
        outcome.same(f"{table}: columns by the printed statement", dataset.table(table)[-1].schema.names,
                     [column[0] for column in engine.execute(f"DESCRIBE {duck.quoted(table)}").fetchall()])
        gaps = ("SELECT count(*) FROM (SELECT min(_row_number) low, max(_row_number) high, count(DISTINCT _row_number) n, count(*) rows "
                f"FROM {duck.quoted(table)} GROUP BY _load_id) WHERE low <> 1 OR high <> n OR n <> rows")
        outcome.same(f"{table}: loads whose row numbers are not 1..n", (0,), one(engine, gaps))
        outcome.count("rows by printed statements", rows)
    for table in dataset.tables:
        schema = dataset.table(table)[-1].schema
        if schema.parent is None:
            continue
        for key, parent in (("_parent_row_number", schema.parent), ("_root_row_number", schema.resource)):
            orphans = (f"SELECT count(*) FROM {duck.quoted(table)} c ANTI JOIN {duck.quoted(parent)} p "
                       f"ON c._load_id = p._load_id AND c.{key} = p._row_number")
            outcome.same(f"{table}: rows without their row in {parent} by {key}", (0,), one(engine, orphans))
        twice = f"SELECT count(*) - count(DISTINCT (_load_id, _parent_row_number, _list_index)) FROM {duck.quoted(table)}"
        outcome.same(f"{table}: places in an array that are taken twice", (0,), one(engine, twice))
        outcome.count("child tables joined")


def one(engine, statement):
    return engine.execute(statement).fetchone()


def check_repeats(program, folder, lake):
    """The same data again: packed, and slowly one after the other. Not a byte of a data file may differ."""
    outcome = Outcome("repeats")
    for name, options in (("packed", ["--compress", "gzip"]), ("slow", ["--parallel", "1", "--sandbox-delay", "5"])):
        again = os.path.join(folder, name)
        export(program, again, LOADS[0], *options)
        ours = {part.name: part for part in Dataset(lake, DATASET).parts if part.load == LOADS[0]}
        theirs = {part.name.removesuffix(".gz"): part for part in Dataset(again, DATASET).parts}
        outcome.same(f"{name}: parts", sorted(ours), sorted(theirs))
        for key in ours.keys() & theirs.keys():
            for form in ("jsonl", "csv"):
                outcome.same(f"{name}: bytes of {ours[key].files[form]['path']}", True, ours[key].bytes(form) == theirs[key].bytes(form))
                outcome.count(f"files ({name})")
                if name == "packed":
                    check_packed(outcome, ours[key], theirs[key], form)
        statement = duck.printed_statement(program, again, DATASET, "requests")
        outcome.same(f"{name}: requests by the printed statement", (REQUESTS,), one_value(statement))
    return outcome.close()


def check_packed(outcome, plain, packed, form):
    """What gzip unpacks, and a header that names neither a time nor a file."""
    path = packed.path(form)
    unpacked = subprocess.run(["gzip", "-dc", path], capture_output=True)
    outcome.same(f"gzip -dc {path}", True, unpacked.stdout == plain.bytes(form))
    with open(path, "rb") as file:
        outcome.same(f"flags and time of {path}", bytes(5), file.read(8)[3:])


def one_value(statement):
    return duck.connect().execute(f"SELECT count(*) FROM ({statement})").fetchone()
