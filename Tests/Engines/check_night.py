"""What restlake tells machines at night, and the files with which schedulers run it: held against the programs and schemas of those
that read them. Nothing leaves this machine."""

import json
import os
import re
import shutil
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import night_lineage
import night_schedules
import night_shells
from outcome import CheckFailed, Outcome
from prometheus_client.openmetrics.parser import text_string_to_metric_families

SANDBOX = ("export", "thena", "--sandbox", "--sandbox-requests", "60", "--sandbox-users", "17", "--resource", "requests,users")
DATASET = "thena_sandbox"


def check(program, folder, server):
    outcome = Outcome("night")
    place = os.path.join(folder, "night")
    os.makedirs(place, exist_ok=True)
    with receiving() as hook:
        runs = Runs(program, place, hook)
        check_metrics(outcome, runs)
        check_lineage(outcome, runs)
        check_notices(outcome, runs)
    check_monitor(outcome, program, runs)
    check_words(outcome)
    night_schedules.check(outcome, program, os.path.join(place, "schedules"))
    night_shells.check(outcome, program, os.path.join(place, "shells"))
    return outcome.close()


class Runs:
    """A complete load, one with changes of schema, a partial one, and one that fails; what each told."""

    def __init__(self, program, place, hook):
        self.program, self.lake, self.hook = program, os.path.join(place, "lake"), hook
        self.metrics = {}
        self.lineage = os.path.join(place, "events.jsonl")
        prom = os.path.join(place, "restlake.prom")
        for name, code, options in (
            ("complete", 0, ()), ("changed", 0, ()), ("partial", 2, ("--max-pages", "1", "--resource", "requests", "--sandbox-requests", "250")),
            ("failed", 64, ("--resource", "nothing")),
        ):
            words = (*SANDBOX[:7], *(options or SANDBOX[7:])) if "--sandbox-requests" not in options else ("export", "thena", "--sandbox", *options)
            program.run(*words, "--lake", self.lake, "--metrics-file", prom, "--openlineage", self.lineage, "--quiet",
                        "--notify", f"{hook.url}/hook/{name}", "--notify-on", "failure,partial,schema_change,success", "--ping", f"{hook.url}/ping/{name}", expect=code)
            with open(prom, encoding="utf-8") as file:
                self.metrics[name] = file.read()
        self.records = load_records(os.path.join(self.lake, DATASET))


def load_records(dataset):
    folder = os.path.join(dataset, "_lake", "loads")
    found = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".json") and not name.endswith(".pages.json"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                found.append(json.load(file))
    return found


# MARK: Metrics


def check_metrics(outcome, runs):
    promtool = shutil.which("promtool")
    if promtool is None:
        raise CheckFailed("promtool is not there (package prometheus)")
    for name, text in runs.metrics.items():
        done = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True, timeout=60)
        outcome.same(f"promtool of {name}", (0, "", ""), (done.returncode, done.stdout, done.stderr))
        families = list(text_string_to_metric_families(text))
        outcome.count("metrics", sum(len(family.samples) for family in families))
        outcome.same(f"types of {name}", {"gauge"}, {family.type for family in families})
    for name, record in zip(("complete", "changed", "partial"), runs.records):
        same_figures(outcome, name, samples(runs.metrics[name]), record)
    failed = samples(runs.metrics["failed"])
    outcome.same("exit code of failed", 64, failed["restlake_run_exit_code", ()])
    outcome.same("last success stays", samples(runs.metrics["partial"])["restlake_last_success_timestamp_seconds", ()],
                 failed["restlake_last_success_timestamp_seconds", ()])


def samples(text):
    """Values by name and the labels that tell samples of a run apart."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = tuple(sorted((k, v) for k, v in sample.labels.items() if k not in ("dataset", "source", "version")))
            found[sample.name, labels] = sample.value
    return found


def same_figures(outcome, name, found, record):
    outcome.same(f"{name}: status", 1, found["restlake_run_status", (("status", record["outcome"]),)])
    for resource in record["resources"]:
        of = (("resource", resource["name"]),)
        tables = {table["name"] for table in record["tables"] if table["resource"] == resource["name"]}
        expected = {
            "rows": sum(table["rows"] for table in record["tables"] if table["name"] in tables),
            "file_bytes": sum(file["bytes"] for file in record["files"] if file["table"] in tables),
            "response_bytes": resource["page_bytes"], "pages": resource["pages"], "requests": resource["requests"], "retries": 0,
            "complete": int(resource["outcome"] == "complete"),
        }
        for metric, value in expected.items():
            outcome.same(f"{name}: {metric} of {resource['name']}", value, found[f"restlake_resource_{metric}", of])
        for state in ("written", "duplicate", "filtered", "quarantined"):
            outcome.same(f"{name}: {state} of {resource['name']}", resource["counts"][state],
                         found["restlake_resource_records", tuple(sorted((*of, ("state", state))))])


# MARK: Lineage


def check_lineage(outcome, runs):
    with open(runs.lineage, encoding="utf-8") as file:
        events = [json.loads(line) for line in file]
    outcome.same("types of events", ["START", "COMPLETE", "START", "COMPLETE", "START", "COMPLETE", "START", "FAIL"], [event["eventType"] for event in events])
    for place, event in enumerate(events):
        night_lineage.check(outcome, f"event {place}", event)
        outcome.same(f"run of event {place}", events[place // 2 * 2]["run"]["runId"], event["run"]["runId"])
    for event, record in zip(events[1::2], runs.records):
        written = {table["name"]: table for table in record["tables"]}
        for output in event["outputs"]:
            table = written[os.path.basename(output["name"])]
            outcome.same(f"folder of {table['name']}", True, os.path.isdir(output["name"]))
            statistics = output["outputFacets"]["outputStatistics"]
            files = [file for file in record["files"] if file["table"] == table["name"]]
            outcome.same(f"figures of {table['name']}", (table["rows"], sum(file["bytes"] for file in files), len(files)),
                         (statistics["rowCount"], statistics["size"], statistics["fileCount"]))
            columns = schema(runs, table["name"], table["version"])
            outcome.same(f"fields of {table['name']}", [(c["name"], c["type"]) for c in columns],
                         [(f["name"], f["type"]) for f in output["facets"]["schema"]["fields"]])
            outcome.count("outputs of lineage")
        outcome.same("tables of lineage", set(written), {os.path.basename(output["name"]) for output in event["outputs"]})
        outcome.same("inputs of lineage", {r["name"] for r in record["resources"]}, {given["name"] for given in event["inputs"]})


def schema(runs, table, version):
    with open(os.path.join(runs.lake, DATASET, "_lake", "schemas", f"{table}.v{version}.json"), encoding="utf-8") as file:
        return json.load(file)["columns"]


# MARK: Notices


def check_notices(outcome, runs):
    posts = {path.split("/")[-1]: body for method, path, body in runs.hook.seen if method == "POST"}
    outcome.same("notices", ["complete", "changed", "partial", "failed"], list(posts))
    outcome.same("reasons", [["success"], ["schema_change", "success"], ["partial", "schema_change"], ["failure"]], [json.loads(b)["reasons"] for b in posts.values()])
    for name, body in posts.items():
        notice = json.loads(body)
        outcome.same(f"{name}: form", ("notice", 1, DATASET), (notice["event"], notice["event_format"], notice["dataset"]))
        outcome.same(f"{name}: text", True, notice["text"].startswith(f"restlake: {DATASET} ") and "\n" not in notice["text"])
    outcome.same("changes", True, all(change["what"] in ("add_column", "widen_type", "add_table", "allow_null") for change in json.loads(posts["changed"])["changes"]))
    pings = [path for method, path, _ in runs.hook.seen if method == "GET"]
    outcome.same("pings", [f"/ping/{name}{end}" for name in posts for end in ("/start", "" if name in ("complete", "changed") else "/fail")], pings)
    outcome.count("notices and pings", len(posts) + len(pings))


class Hook(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(b"")

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, body):
        self.server.seen.append((self.command, self.path, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def receiving():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.seen, server.daemon_threads = [], True
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


# MARK: What the README says


def check_words(outcome):
    """Every event has a place in the README."""
    checkout = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    names = set()
    for folder, _, files in os.walk(os.path.join(checkout, "Sources")):
        for name in files:
            if name.endswith(".swift"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    names |= set(re.findall(r'"event": "([a-z_]+)"', file.read()))
    with open(os.path.join(checkout, "README.md"), encoding="utf-8") as file:
        told = file.read()
    outcome.same("events that the README leaves out", [], sorted(name for name in names if f"`{name}`" not in told))
    outcome.same("the version of events in the README", True, "the version of the form, 1, in `event_format`" in told)
    outcome.count("events of the README", len(names))


# MARK: Monitor


def check_monitor(outcome, program, runs):
    line = program.run("loads", "--check", "--lake", runs.lake, expect=1)
    outcome.same("monitor: partial", True, line.startswith(f"RESTLAKE WARNING - {DATASET}: load ") and line.count("|") == 1 and line.count("\n") == 1)
    program.run("loads", "--check", "--lake", runs.lake, "--max-age", "1ms", expect=2)
    outcome.same("monitor: unknown", True, program.run("loads", "--check", "--lake", runs.lake + "-gone", expect=3).startswith("RESTLAKE UNKNOWN - "))
    outcome.count("monitor's lines", 3)
