"""`restlake notebook`: marimo runs it, and its views hold the rows that count."""

import json
import os
import subprocess

import check_report
from lake import Dataset
from outcome import CheckFailed, Outcome

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PYTHON = os.path.join(CHECKOUT, ".build", "checks-notebook", "bin", "python")
WORKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "notebook_worker.py")


def check(program, folder, server):
    outcome = Outcome("notebook")
    if not os.path.exists(PYTHON):
        raise CheckFailed(f"there is no Python with marimo at {PYTHON}: Tests/run makes it")
    folder = os.path.join(folder, "notebook")
    os.makedirs(folder)
    _, lake, dataset, _, _ = check_report.plain(program, folder)[0]
    path = check_dataset(outcome, program, folder, lake, dataset)
    check_export(outcome, folder, path, dataset)
    _, lake, dataset, _, _ = check_report.hostile(program, folder)[0]
    check_dataset(outcome, program, folder, lake, dataset)
    return outcome.close()


def check_dataset(outcome, program, folder, lake, name):
    """Every cell runs; each resource has a chart with all of its rows; the rows of merged tables count once."""
    path = os.path.join(folder, f"{name}.py")
    program.run("notebook", "--lake", lake, "--dataset", name, "--out", path)
    program.run("notebook", "--lake", lake, "--dataset", name, "--out", path, expect=73)
    found = json.loads(ran([PYTHON, "-B", WORKER, path]))
    dataset = Dataset(lake, name)
    outcome.same(f"{name}: views", sorted(dataset.tables), sorted(found["rows"]))
    roots = [table for table, known in dataset.manifest["tables"].items() if known["parent"] is None]
    outcome.same(f"{name}: charts", len(roots) + 1, found["charts"])
    for table in roots:
        known = dataset.manifest["tables"][table]
        if known["write_disposition"] == "merge" and known["primary_key"] == ["id"]:
            place = [(part, part.schema.names.index("id")) for part in dataset.table(table)]
            outcome.same(f"{name}: rows of {table}", len({str(row[at]) for part, at in place for row in part.jsonl_rows()}), found["rows"][table])
            outcome.count("merged tables")
    outcome.same(f"{name}: what DuckDB may read outside", "refused", found["outside"])
    outcome.count("views", len(found["rows"]))
    outcome.count("charts", found["charts"])
    return path


def check_export(outcome, folder, path, dataset):
    """marimo's own export, which runs the notebook, and its linter."""
    page = os.path.join(folder, "notebook.html")
    ran([PYTHON, "-m", "marimo", "--yes", "export", "html", path, "-o", page, "--no-sandbox"])
    with open(page, encoding="utf-8") as file:
        outcome.same("the exported page names the dataset", True, dataset in file.read())
    ran([PYTHON, "-m", "marimo", "check", path])
    outcome.count("exported pages")


def ran(words):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise CheckFailed(f"{' '.join(words)}: exit code {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout
