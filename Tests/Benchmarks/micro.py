"""The stages of a page one by one, each over the same page: CPU time, and instructions where valgrind is there.

For finding what became slower; no peer takes part. The instructions are those of one round, the difference of two runs,
with SHA-256 in portable C, because valgrind does not know the processor's own instructions for it.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

import report
import running
import tools
from pages import PageSet

PROGRAM = os.path.join(tools.CHECKOUT, ".build", "release", "LakeMicro")
HOW_TO_BUILD = "swift build -c release --product LakeMicro"
ROUNDS = 30
# Between these two numbers of rounds everything has grown and is warm.
FEW, MANY = 8, 12


def measure(options, pages_folder):
    if not os.path.exists(PROGRAM):
        sys.exit(f"There is no program at {PROGRAM}; build it: {HOW_TO_BUILD}")
    pages = PageSet(pages_folder, 1000, 1000).made()
    page = os.path.join(pages.folder, "1.json")
    stages = [line.split("\t") for line in run(page, ROUNDS).splitlines()]
    figures = []
    for name, size, *taken in stages:
        figures.append({
            "stage": name, "bytes": int(size), "nanoseconds": [int(one) for one in taken], "instructions": instructions(page, name),
        })
        print(f"micro: {name}", file=sys.stderr, flush=True)
    tell(figures)


def run(page, rounds, stage=None, under=(), program=PROGRAM):
    """The program's output, or what the program above it says."""
    where = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tools.FOLDER
    with tempfile.TemporaryDirectory(prefix="micro-", dir=where) as folder:
        done = subprocess.run([*under, program, page, folder, str(rounds), *([stage] if stage else [])], capture_output=True, text=True)
    if done.returncode != 0:
        raise running.Failed(f"{PROGRAM} {rounds} {stage or ''}: {done.stderr[-500:]}")
    return done.stderr if under else done.stdout


def instructions(page, stage):
    """Of one round; None without valgrind, and strip: valgrind does not read every compiler's notes for debuggers."""
    if not shutil.which("valgrind") or not shutil.which("strip"):
        return None
    program = os.path.join(tools.FOLDER, "micro-stripped")
    subprocess.run(["strip", "--strip-debug", "-o", program, PROGRAM], check=True)
    counts = []
    for rounds in (FEW, MANY):
        said = run(page, rounds, stage, under=("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"), program=program)
        counts.append(int(re.search(r"Collected : (\d+)", said).group(1)))
    return (counts[1] - counts[0]) / (MANY - FEW)


def tell(figures):
    rows = []
    for figure in figures:
        per_byte = [one / figure["bytes"] for one in figure["nanoseconds"]]
        count = figure["instructions"]
        rows.append([
            figure["stage"], report.number(min(per_byte)), report.number(report.median_of(per_byte)), report.number(1000 / min(per_byte)),
            "" if count is None else report.number(count / figure["bytes"]),
        ])
    head = ["stage", "ns a byte, least", "median", "MB/s at best", "instructions a byte"]
    note = f"One page of {figures[0]['bytes'] / 1e6:.1f} MB, {ROUNDS} rounds each. Rows: normalized, encoded, hashed and written into memory."
    report.keep("micro", f"## Stages\n\n{note}\n\n{report.table(head, rows)}", figures)
