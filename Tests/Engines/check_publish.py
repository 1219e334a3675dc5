"""`restlake publish` with the real rclone against a real S3 API: what arrives, in which order, and what a cut does to it."""

import json
import os
import signal
import subprocess
import threading

import stores
from outcome import Outcome

LOADS = ("20260105T020000Z-00000a", "20260106T020000Z-00000b")
DATASET = "thena_sandbox"
RECORDS = "_lake/loads/"


def check(program, folder, server):
    outcome = Outcome("publish")
    lake = os.path.join(folder, "publish")
    export(program, lake, LOADS[0])
    with stores.serving() as store:
        run = Runner(program, lake, store)
        check_nightly(outcome, run)
        check_order(outcome, run)
        check_cuts(outcome, run)
        check_verify(outcome, run)
        check_refusals(outcome, run)
        check_one_load(outcome, run)
    check_folder(outcome, run, os.path.join(folder, "publish-folder"))
    return outcome.close()


def export(program, lake, load):
    program.run("export", "thena", "--sandbox", "--resource", "users,v3_requests", "--sandbox-requests", "60", "--sandbox-users", "17",
                "--lake", lake, "--load-id", load, "--quiet")


class Runner:
    def __init__(self, program, lake, store):
        self.program, self.lake, self.store = program, lake, store
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("RESTLAKE_", "RCLONE_"))},
            **stores.KEYS, "RCLONE_CONFIG": "/dev/null", "NO_PROXY": "127.0.0.1",
        }

    def words(self, place, *options):
        words = [self.program.path, "publish", place, "--lake", self.lake, "--json", *options]
        return words + (["--endpoint", self.store.url] if place.startswith("s3:") and "--endpoint" not in options else [])

    def start(self, place, *options, env=None):
        return subprocess.Popen(
            self.words(place, *options), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**self.env, **(env or {})}, start_new_session=True)

    def __call__(self, place, *options, env=None):
        """(exit code, the lines of stdout as JSON, both outputs as text)"""
        process = self.start(place, *options, env=env)
        out, err = process.communicate(timeout=120)
        return process.returncode, [json.loads(line) for line in out.splitlines()], out + err

    def tree(self):
        """What a published dataset holds: everything but the lock and what is in quarantine."""
        return tree(os.path.join(self.lake, DATASET))


def tree(folder):
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.relpath(os.path.join(place, name), folder)
            if path != "_lake/lock" and not path.startswith(("_lake/quarantine/", "_lake/staging/")):
                with open(os.path.join(place, name), "rb") as file:
                    found[path] = file.read()
    return found


def same_tree(outcome, place, expected, found):
    outcome.same(f"{place}: names", sorted(expected), sorted(found))
    outcome.same(f"{place}: files with other bytes", [], [name for name in expected if found.get(name) != expected[name]])
    outcome.count("files that arrived", len(found))


def expect(outcome, place, result, code, *words):
    outcome.same(f"{place}: exit code ({result[2][-300:]})", code, result[0])
    for word in words:
        outcome.same(f"{place}: says '{word}' in {result[2][-400:]}", True, word in result[2])
    outcome.same(f"{place}: the secret is not told", False, stores.KEYS["AWS_SECRET_ACCESS_KEY"] in result[2])
    outcome.count("runs")


# MARK: What arrives

def check_nightly(outcome, run):
    """A load, nothing new, another load: the copy is the lake, and what is there is not sent again."""
    place = f"s3://{stores.BUCKET}/nightly"
    dry = run(place, "--dry-run")
    expect(outcome, "dry run", dry, 0)
    outcome.same("dry run: loads", [LOADS[0]], dry[1][-1]["loads"])
    outcome.same("dry run: sent", [], run.store.puts())
    for loads in (LOADS[:1], LOADS):
        if len(loads) == 2:
            export(run.program, run.lake, LOADS[1])
        run.store.log.clear()
        first = run(place)
        expect(outcome, "publish", first, 0)
        outcome.same("publish: loads", [loads[-1]], first[1][-1]["loads"])
        same_tree(outcome, "publish", run.tree(), run.store.keys(f"nightly/{DATASET}/"))
        outcome.same("publish: old files sent again", [], [path for path in run.store.puts() if len(loads) == 2 and LOADS[0] in path])
        run.store.log.clear()
        again = run(place)
        expect(outcome, "again", again, 0)
        outcome.same("again: sent", ([], [], 1 + (len(loads) == 2)), (run.store.puts(), again[1][-1]["loads"], again[1][-1]["already_there"]))


# MARK: Order

def incomplete(keys):
    """Records that list what is not there, and a manifest that lists such records."""
    lost = []
    for path, data in keys.items():
        if path.startswith(RECORDS) and path.endswith(".json"):
            record = json.loads(data)
            listed = [file["path"] for file in record["files"]] + [path[:-5] + ".sha256", path[:-5] + ".pages.jsonl"]
            listed += [f"_lake/schemas/{t['name']}.v{v['version']}.json" for t in record["tables"] for v in t["versions"]]
            lost += [f"{path} lists {name}" for name in listed if name not in keys]
    for load in json.loads(keys.get("manifest.json", b'{"loads": []}'))["loads"]:
        if load["path"] not in keys:
            lost.append(f"the manifest lists {load['path']}")
    return lost


def watching(outcome, run, prefix):
    """After no request of any kind is a record there whose files are not."""
    def look(method, path):
        if method == "PUT" and (path.endswith("manifest.json") or f"/{RECORDS}" in path):
            outcome.same(f"{prefix}: before {method} {path}", [], incomplete(run.store.keys(prefix)))
            outcome.count("looks at the copy while it grows")
    run.store.door = look


def check_order(outcome, run):
    run.store.log.clear()
    watching(outcome, run, f"order/{DATASET}/")
    expect(outcome, "order", run(f"s3://{stores.BUCKET}/order"), 0)
    run.store.door = lambda method, path: None
    sent = [path.removeprefix(f"order/{DATASET}/") for path in run.store.puts()]
    kinds = [3 if path == "manifest.json" else 2 if path in [f"{RECORDS}{load}.json" for load in LOADS] else 1 if path.startswith("_lake/") else 0
             for path in sent]
    outcome.same("order: data, documents, records, manifest", sorted(kinds), kinds)
    outcome.same("order: records", [f"{RECORDS}{load}.json" for load in LOADS], [path for path, kind in zip(sent, kinds) if kind == 2])
    outcome.same("order: nothing twice", len(set(sent)), len(sent))


def check_cuts(outcome, run):
    """Killed with all its processes at a request in the middle; run again, the copy is the lake."""
    total = len(run.tree())
    for at in (1, total // 2, total - 2, total - 1, total):
        prefix = f"cut{at}/{DATASET}/"
        place = f"s3://{stores.BUCKET}/cut{at}"
        count, killed, lock = [0], threading.Event(), threading.Lock()
        started = threading.Event()

        def door(method, path):
            if killed.is_set():
                return 503, "SlowDown"
            with lock:
                count[0] += method == "PUT"
                if count[0] == at and not killed.is_set():
                    started.wait(60)
                    os.killpg(process.pid, signal.SIGKILL)
                    killed.set()
                    return 503, "SlowDown"
            return None

        run.store.door = door
        process = run.start(place)
        started.set()
        process.communicate(timeout=120)
        outcome.same(f"cut at {at}: ended by", -signal.SIGKILL, process.returncode)
        outcome.same(f"cut at {at}: listed, but not there", [], incomplete(run.store.keys(prefix)))
        watching(outcome, run, prefix)
        expect(outcome, f"after the cut at {at}", run(place), 0)
        run.store.door = lambda method, path: None
        same_tree(outcome, f"after the cut at {at}", run.tree(), run.store.keys(prefix))
        outcome.count("runs killed")


# MARK: What is wrong there

def check_verify(outcome, run):
    place, prefix = f"s3://{stores.BUCKET}/nightly", f"nightly/{DATASET}/"
    right = run.tree()
    expect(outcome, "verify", run(place, "--verify"), 0)
    data = next(path for path in sorted(right) if path.endswith(".jsonl") and LOADS[0] in path and not path.startswith("_lake"))
    flipped = bytes([right[data][0] ^ 1]) + right[data][1:]
    schema = next(path for path in sorted(right) if path.startswith("_lake/schemas/"))
    run.store.change(prefix + data, flipped)
    run.store.remove(prefix + schema)
    found = run(place, "--verify")
    expect(outcome, "verify of a changed and a removed object", found, 65)
    outcome.same("verify: what differs", {data, schema}, {line["path"] for line in found[1] if line["event"] == "difference"})
    # As it says itself: without its record there, the load is published again.
    run.store.remove(f"{prefix}{RECORDS}{LOADS[0]}.json")
    expect(outcome, "repair", run(place), 0)
    expect(outcome, "verify after the repair", run(place, "--verify"), 0)
    same_tree(outcome, "after the repair", right, run.store.keys(prefix))
    # Another record in the place of ours: longer, and of the same length.
    record = f"{RECORDS}{LOADS[0]}.json"
    run.store.change(prefix + record, right[record] + b" ")
    expect(outcome, "another record", run(place), 76, record)
    run.store.change(prefix + record, right[record].replace(b'"', b"'", 1))
    expect(outcome, "another record of the same length", run(place, "--verify"), 65, record)
    run.store.change(prefix + record, right[record])
    run.store.change(f"{prefix}{RECORDS}20200101T000000Z-00000f.json", b"{}")
    expect(outcome, "another lake", run(place), 76, "20200101T000000Z-00000f")
    run.store.remove(f"{prefix}{RECORDS}20200101T000000Z-00000f.json")


def check_refusals(outcome, run):
    place = f"s3://{stores.BUCKET}/refused"
    expect(outcome, "no such bucket", run("s3://no-such-bucket/a"), 69, "bucket")
    expect(outcome, "nobody listens", run(place, "--endpoint", "http://127.0.0.1:9"), 69)
    expect(outcome, "no such remote", run("nowhere:lake"), 78, "nowhere")
    without = {name: "" for name in (*stores.KEYS, "AWS_PROFILE")} | {"AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nonexistent"}
    expect(outcome, "no credentials", run(place, env=without), 77)
    for status, words in ((403, "AccessDenied"), (403, "InvalidAccessKeyId"), (403, "SignatureDoesNotMatch")):
        for method in ("GET", "PUT"):
            run.store.door = lambda m, path, method=method, status=status, words=words: (status, words) if m == method else None
            expect(outcome, f"{words} for {method}", run(place), 77)
    run.store.door = lambda method, path: None
    outcome.same("refused: records", [], [name for name in run.store.keys("refused/") if f"/{RECORDS}" in name])
    # A file that is damaged here is not published.
    path = os.path.join(run.lake, DATASET, next(path for path in sorted(run.tree()) if path.endswith(".csv")))
    with open(path, "rb") as file:
        right = file.read()
    with open(path, "wb") as file:
        file.write(right[:-2] + b"?\n")
    expect(outcome, "damaged here", run(place), 65, "checksum")
    outcome.same("damaged here: records", [], [name for name in run.store.keys("refused/") if f"/{RECORDS}" in name])
    with open(path, "wb") as file:
        file.write(right)


def check_one_load(outcome, run):
    """`--load` brings one, and a manifest of what is there; without it the rest follows."""
    place, prefix = f"s3://{stores.BUCKET}/one", f"one/{DATASET}/"
    expect(outcome, "one load", run(place, "--load", LOADS[1]), 0)
    there = run.store.keys(prefix)
    outcome.same("one load: records", [f"{RECORDS}{LOADS[1]}.json"], [n for n in there if n.startswith(RECORDS) and n.endswith(".json")])
    outcome.same("one load: the manifest's", [LOADS[1]], [load["load_id"] for load in json.loads(there["manifest.json"])["loads"]])
    expect(outcome, "the rest", run(place), 0)
    same_tree(outcome, "the rest", run.tree(), run.store.keys(prefix))


def check_folder(outcome, run, folder):
    """A folder, and a remote without checksums (crypt), whose content is read back."""
    expect(outcome, "folder", run(folder), 0)
    same_tree(outcome, "folder", run.tree(), tree(os.path.join(folder, DATASET)))
    listed = run.program.run("loads", "--lake", folder, "--json").splitlines()
    outcome.same("folder: loads that restlake lists", list(reversed(LOADS)), [json.loads(line)["load_id"] for line in listed])
    again = run(folder, "--verify")
    expect(outcome, "folder again", again, 0)
    outcome.same("folder again: loads", ([], False), (again[1][-1]["loads"], again[1][-1]["manifest_replaced"]))
    expect(outcome, "onto itself", run(run.lake), 64)
    obscured = subprocess.run(["rclone", "obscure", "a password"], capture_output=True, text=True, check=True).stdout.strip()
    env = {"RCLONE_CONFIG_VAULT_TYPE": "crypt", "RCLONE_CONFIG_VAULT_REMOTE": folder + "-vault", "RCLONE_CONFIG_VAULT_PASSWORD": obscured,
           "RCLONE_CONFIG_VAULT_FILENAME_ENCRYPTION": "off", "RCLONE_CONFIG_VAULT_DIRECTORY_NAME_ENCRYPTION": "false"}
    expect(outcome, "vault", run("vault:", env=env), 0)
    place = os.path.join(folder + "-vault", DATASET)
    sealed = [os.path.join(where, name) for where, _, names in os.walk(place) for name in names if ".csv" in name]
    with open(sealed[0], "r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))
    result = run("vault:", "--verify", env=env)
    outcome.same("vault: a flipped byte is noticed", True, result[0] in (65, 74))
