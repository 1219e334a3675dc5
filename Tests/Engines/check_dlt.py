"""A corpus of API shapes, loaded by dlt and exported by restlake: the same tables, but for the differences listed here.

README.md holds the list as `python3 check_dlt.py` prints it; that is checked too.
"""

import itertools
import json
import os
import re
import subprocess
import sys

import corpus
import dlt_load
import tables
from dlt_differences import DIFFERENCES
from lake import Dataset
from leaves import compare_leaves
from lexemes import Number, refuse_constant
from loopback import serving
from outcome import CheckFailed, Outcome

LOAD = "20260105T020000Z-00000a"
README = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "README.md")
# One run of dlt takes a few seconds.
PATIENCE = 120


def check(program, folder, server):
    outcome = Outcome("dlt")
    check_readme(outcome)
    place = os.path.join(folder, "dlt")
    documents = {f"/{shape}": [page.encode("utf-8") for page in pages] for shape, pages in corpus.SHAPES.items()}
    with serving(documents) as base:
        together = [shape for shape in corpus.SHAPES if shape not in corpus.ALONE]
        runs = {"corpus": together, **{shape: [shape] for shape in corpus.ALONE}}
        found = of_dlt(place, {name: define(place, base, name, shapes) for name, shapes in runs.items()})
        ours = of_restlake(outcome, program, place, define(place, base, "all", list(corpus.SHAPES)))
    failed = {name: result for name, result in found.items() if isinstance(result, str)}
    theirs = {name: table for run, result in found.items() if run not in failed for name, table in result.items()}
    # Where dlt has nothing there is nothing to compare.
    compared = {name: table for name, table in ours.items() if name not in failed}
    judge(outcome, [f"{name}: dlt fails, {reason}" for name, reason in failed.items()] + tables.differences(theirs, compared))
    outcome.count("shapes", len(corpus.SHAPES))
    outcome.count("tables", len(theirs.keys() & compared.keys()))
    outcome.count("cells", sum(len(row) for table in theirs.values() for row in table.rows.values()))
    return outcome.close()


def define(place, base, name, shapes):
    """A definition of these shapes, for both programs."""
    folder = os.path.join(place, name)
    os.makedirs(folder)
    path = os.path.join(folder, "definition.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"name": name, "client": {"base_url": base}, "resources": [corpus.resource(shape) for shape in shapes]}, file)
    return path


def of_dlt(place, definitions):
    """{name: tables}, or the reason where dlt fails. The runs go side by side."""
    runs = {}
    for name, path in definitions.items():
        words = [sys.executable, "-B", dlt_load.__file__, path, os.path.dirname(path)]
        runs[name] = subprocess.Popen(
            words, cwd=os.path.dirname(path), env=dlt_load.environment(os.path.dirname(path)), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    found = {}
    for name, run in runs.items():
        said = run.communicate(timeout=PATIENCE)[0]
        if run.returncode not in (0, dlt_load.REFUSED):
            raise CheckFailed(f"dlt could not run ({name}):\n{said[-2000:]}")
        found[name] = tables.of_dlt(os.path.dirname(definitions[name])) if run.returncode == 0 else said.strip().splitlines()[-1]
    return found


def of_restlake(outcome, program, place, definition):
    """The tables; and whatever dlt makes of a shape, every leaf of every record is in them."""
    lake = os.path.join(place, "lake")
    program.run("export", definition, "--lake", lake, "--load-id", LOAD, "--quiet")
    dataset = Dataset(lake, "all")
    for shape, pages in corpus.SHAPES.items():
        if shape in corpus.WITH_REST:
            continue
        read = [last_of_equal_keys(page) for page in pages]
        compare_leaves(outcome, dataset, LOAD, shape, [record for page in read for record in (page if isinstance(page, list) else [page])])
    return tables.of_restlake(dataset)


def last_of_equal_keys(page):
    return json.loads(page, parse_int=Number, parse_float=Number, parse_constant=refuse_constant)


def judge(outcome, lines):
    """Every line must be one that is expected, and every expected one must occur."""
    listed = {line: entry for entry in DIFFERENCES for line in entry.lines}
    for line in lines:
        if not any(matches(expected, line) for expected in listed):
            outcome.differ("the tables", "what dlt makes, or a difference on the list", line)
    for expected, entry in listed.items():
        if not any(matches(expected, line) for line in lines):
            outcome.differ(f"the list, '{entry.what}'", expected, "no such difference")
    outcome.count("differences on the list", len(DIFFERENCES))


def matches(expected, line):
    """`*` stands for anything."""
    return re.fullmatch(".*".join(map(re.escape, expected.split("*"))), line) is not None


def markdown():
    rows = [("difference", "dlt", "restlake", "reason"), ("---",) * 4]
    rows += [(entry.what, entry.dlt, entry.restlake, entry.reason) for entry in DIFFERENCES]
    return [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]


def check_readme(outcome):
    """The table with the same head has the same rows."""
    listed = markdown()
    with open(README, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file]
    start = lines.index(listed[0]) if listed[0] in lines else len(lines)
    told = list(itertools.takewhile(lambda line: line.startswith("|"), lines[start:]))
    for place, (row, found) in enumerate(itertools.zip_longest(listed, told, fillvalue="(no row)"), 1):
        outcome.same(f"README.md, row {place} of the differences from dlt", row, found)


if __name__ == "__main__":
    print("\n".join(markdown()))
