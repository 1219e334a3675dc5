"""All programs over the same pages, by turns: A B C, A B C, …"""

import os
import shutil
import sys
import tempfile

import equal_work
import programs
import report
import running
import server
from pages import PageSet

# What is asked of restlake: (row, compared with, at least or at most so many times its CPU seconds).
GOALS = [
    ("both formats against dlt's one", "dlt-jsonl", "restlake", "at least", 50),
    ("one format against dlt's", "dlt-jsonl", "restlake-jsonl", "at least", 100),
    ("both formats against DuckDB's one", "duckdb-csv", "restlake", "at least", 5),
    ("both formats against the orjson script's one", "orjson-jsonl", "restlake", "at least", 10),
    ("both formats against the floor", "restlake", "floor", "at most", 2),
    ("one format against its floor", "restlake-jsonl", "floor-jsonl", "at most", 1.5),
]


def measure(options, pages_folder):
    pages = PageSet(pages_folder, options.records, options.page_size).made()
    chosen = chosen_of(programs.all_programs(options.program), options.only)
    figures = {program.name: [] for program in chosen}
    judge = equal_work.Judge(pages.records)
    with server.nginx(pages_folder) as port:
        for turn in range(options.rounds):
            for program in chosen:
                with tempfile.TemporaryDirectory(prefix="run-", dir=os.path.dirname(pages_folder)) as folder:
                    taken = one_run(program, programs.Place(pages, port, folder), chosen, judge, turn == 0)
                figures[program.name].append(taken)
                print(f"round {turn + 1}: {program.name}: {taken.cpu:.2f} CPU s, {taken.wall:.2f} s, {taken.peak:.0f} MB", file=sys.stderr, flush=True)
    tell(options, pages, figures, judge)


def chosen_of(all_of_them, only):
    """`dlt` stands for all of dlt's rows; a floor brings the row whose bytes it writes."""
    names = {program.name for program in all_of_them
             if not only or any(program.name == choice or program.name.startswith(f"{choice}-") for choice in only)}
    names |= {program.like for program in all_of_them if isinstance(program, programs.Floor) and program.name in names}
    return [program for program in all_of_them if program.name in names]


def one_run(program, place, chosen, judge, first):
    taken = running.run(program.command(place), place.folder, stdout=program.output(place.folder) if isinstance(program, programs.JQ) else None)
    if isinstance(program, programs.JQ):
        equal_work.check_lines(program.output(place.folder), place.pages.records)
    elif not isinstance(program, programs.Floor):
        if first:
            judge.check(program, place.folder)
        note_bytes(program, place, chosen)
    shutil.rmtree(place.folder, ignore_errors=True)
    os.makedirs(place.folder)
    return taken


def note_bytes(program, place, chosen):
    written = [programs.bytes_written(program.files(place.folder, form)) for form in program.formats]
    for floor in chosen:
        if isinstance(floor, programs.Floor) and floor.like == program.name:
            floor.written = tuple(map(sum, zip(*written)))


# MARK: The table

def ratio(figures, one, other):
    """Of CPU seconds, the median over pairs of the same round, which stand near to each other in time."""
    if one not in figures or other not in figures:
        return None
    return report.median_of([a.cpu / b.cpu for a, b in zip(figures[one], figures[other])])


def peer_of(name):
    """The restlake row that writes the same formats."""
    form = name.rpartition("-")[2]
    return f"restlake-{form}" if form in ("jsonl", "csv") else "restlake"


def tell(options, pages, figures, judge):
    size = pages.bytes / 1e6
    rows = []
    for name, runs in figures.items():
        cpu = report.median_of([taken.cpu for taken in runs])
        rows.append([
            name, report.spread([taken.wall for taken in runs]), report.spread([taken.cpu for taken in runs]),
            report.number(max(taken.peak for taken in runs)), report.number(pages.records / cpu), report.number(size / cpu),
            report.number(ratio(figures, name, "restlake")), report.number(ratio(figures, name, peer_of(name))),
        ])
    head = ["program", "wall s", "CPU s", "peak MB", "records / CPU s", "MB / CPU s", "CPU: it / restlake", "CPU: it / restlake, same formats"]
    goals = [(what, f"{bound} {goal}", report.number(value)) for what, one, other, bound, goal in GOALS
             if (value := ratio(figures, one, other)) is not None]
    markdown = "\n\n".join(filter(None, [
        "## Throughput",
        f"{pages.records:,} records on {pages.pages:,} pages, {size:,.0f} MB; median of {options.rounds} by turns (smallest to largest). "
        f"{report.machine()}. {report.versions(options.program)}. CPU: user and system, of the program and its children.",
        report.table(head, rows),
        report.table(["CPU seconds, ratio", "goal", "measured"], goals) if goals else "",
        equal_words(judge),
    ]))
    report.keep("throughput", markdown, {
        "machine": report.machine(), "versions": report.versions(options.program), "records": pages.records, "pages": pages.pages,
        "bytes": pages.bytes, "rounds": options.rounds, "tables": judge.tables(),
        "programs": {name: [taken.as_json() for taken in runs] for name, runs in figures.items()},
        "goals": [{"what": what, "goal": goal, "measured": value} for what, goal, value in goals],
    })


def equal_words(judge):
    if judge.first is None:
        return ""
    counts = ", ".join(f"{found['rows']:,} in {table}" for table, found in judge.tables().items())
    return (f"Equal work: rows ({counts}) and a checksum over the values of all rows are the same in every file of restlake, dlt, DuckDB "
            "and the orjson script (numbers as numbers, times as instants). jq splits the pages and makes no tables; the floor writes the "
            "bytes restlake wrote; DuckDB and jq read the pages as files, the others over HTTP.")
