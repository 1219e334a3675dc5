"""How time and memory grow with records, columns, tables, pages, resources, loads and latency.

Every table varies one thing over the same program; time per record, and peak memory, should stay as they are.
"""

import contextlib
import os
import sys
import tempfile

import programs
import report
import running
import server
import tools
from pages import PageSet

FULL_RECORDS = (10_000, 100_000, 1_000_000, 5_000_000)


class Scale:
    """What all tables share: the pages, the server, the program."""

    def __init__(self, options, pages_folder, port):
        self.options, self.pages_folder, self.port = options, pages_folder, port
        self.program = options.program

    def pages(self, *arguments, **named):
        return PageSet(self.pages_folder, *arguments, **named).made()

    def export(self, pages, resources=("requests",), base_url=None, **client):
        """One export into an empty lake."""
        with self.folder() as folder:
            definition = programs.define(folder, base_url or f"http://127.0.0.1:{self.port}/{pages.name}", resources, **client)
            return running.run([self.program, "export", definition, "--lake", os.path.join(folder, "lake"), "--quiet"], folder)

    @contextlib.contextmanager
    def folder(self):
        with tempfile.TemporaryDirectory(prefix="run-", dir=tools.FOLDER) as folder:
            yield folder

    def best(self, *arguments, **named):
        """The run with the least CPU seconds: what others do on the machine only ever adds."""
        return min((self.export(*arguments, **named) for _ in range(self.options.rounds)), key=lambda taken: taken.cpu)


def cells(pages, taken, resources=1):
    """Wall and CPU seconds, CPU per record and per MB, peak memory."""
    records, size = pages.records * resources, pages.bytes * resources / 1e6
    return [report.number(taken.wall), report.number(taken.cpu), report.number(taken.cpu / records * 1e6),
            report.number(taken.cpu / size * 1e3), report.number(taken.peak)]


COSTS = ["wall s", "CPU s", "CPU µs / record", "CPU ms / MB", "peak MB"]


# MARK: The tables

def records(scale):
    sizes = FULL_RECORDS if scale.options.full else FULL_RECORDS[:2]
    rows = []
    for count in sizes:
        pages = scale.pages(count, 1000)
        rows.append([f"{count:,}", *cells(pages, scale.export(pages) if count > 100_000 else scale.best(pages))])
        if count > 100_000 and not scale.options.keep_pages:
            pages.remove()
    return ["records", *COSTS], rows


def columns(scale):
    rows = []
    for count in (10, 100, 1000):
        pages = scale.pages(400_000 // count, 40_000 // count, shape="wide", size=count)
        rows.append([f"{count:,}", f"{pages.records:,}", *cells(pages, scale.best(pages))])
    return ["columns", "records", *COSTS], rows


def tables(scale):
    rows = []
    for count in (1, 10, 100):
        pages = scale.pages(40_000 // (count + 3), 4_000 // (count + 3), shape="branched", size=count)
        rows.append([f"{count:,}", f"{pages.records:,}", *cells(pages, scale.best(pages))])
    return ["tables", "records", *COSTS], rows


def page_sizes(scale):
    rows = []
    for per_page in (6, 60, 600, 1200, 12_000):
        pages = scale.pages(24_000, per_page)
        size = pages.bytes / pages.pages
        rows.append([f"{size / 1e6:.2f} MB" if size > 1e6 else f"{size / 1e3:.0f} KB", *cells(pages, scale.best(pages))])
    return ["page", *COSTS], rows


def resources(scale):
    pages = scale.pages(2_000, 1000)
    rows = []
    for count in (1, 10, 50):
        names = [f"requests{number}" for number in range(count)]
        rows.append([count, *cells(pages, scale.best(pages, names), resources=count)])
    return ["resources, 2,000 records each", *COSTS], rows


def loads(scale):
    """Commands over a lake of more and more loads of ten records each."""
    rows = []
    pages = scale.pages(10, 10)
    goals = (10, 100, 1000, 10_000) if scale.options.full else (10, 100, 1000)
    with scale.folder() as folder:
        definition = programs.define(folder, f"http://127.0.0.1:{scale.port}/{pages.name}")
        lake = ["--lake", os.path.join(folder, "lake")]
        dataset = ["--dataset", "bench"]
        commands = {
            "export": [scale.program, "export", definition, *lake, "--quiet"],
            "loads": [scale.program, "loads", *lake, *dataset],
            "schema": [scale.program, "schema", "requests", *lake, *dataset],
            "verify --quick": [scale.program, "verify", "--quick", *lake, *dataset],
            "report": [scale.program, "report", *lake, *dataset, "--out", os.path.join(folder, "report.html")],
        }
        there = 0
        for goal in goals:
            while there < goal:
                running.run(commands["export"], folder)
                there += 1
            for name, command in commands.items():
                taken = min((running.run(command, folder) for _ in range(3)), key=lambda taken: taken.wall)
                rows.append([f"{goal:,}", name, report.number(taken.wall * 1000), report.number(taken.cpu * 1000), report.number(taken.peak)])
            there += 3
            print(f"loads: {goal:,}", file=sys.stderr, flush=True)
    return ["loads in the lake", "command", "wall ms", "CPU ms", "peak MB"], rows


def latency(scale):
    pages = scale.pages(2_000, 20)
    rows = []
    for milliseconds in (0, 10, 50, 200):
        with server.slow_api(pages, milliseconds) as port:
            taken = scale.export(pages, base_url=f"http://127.0.0.1:{port}")
        waited = pages.pages * milliseconds / 1000
        rows.append([f"{milliseconds} ms", report.number(waited), report.number(taken.wall), report.number(taken.cpu), report.number(taken.peak)])
    return ["latency, 100 pages", "one after the other waits s", "wall s", "CPU s", "peak MB"], rows


TABLES = {
    "records": records, "columns": columns, "tables": tables, "pages": page_sizes, "resources": resources, "loads": loads, "latency": latency,
}


def measure(options, pages_folder):
    unknown = [name for name in options.only if name not in TABLES]
    if unknown:
        sys.exit(f"no scaling table '{unknown[0]}': {', '.join(TABLES)}")
    parts = [f"## Scaling\n\n{report.machine()}. {report.versions(options.program)}. Both formats; the best of {options.rounds} runs."]
    figures = {}
    with server.nginx(pages_folder) as port:
        scale = Scale(options, pages_folder, port)
        for name in options.only or TABLES:
            head, rows = TABLES[name](scale)
            figures[name] = [dict(zip(head, row)) for row in rows]
            parts.append(f"### By {name}\n\n{report.table(head, rows)}")
            print(f"{name}: done", file=sys.stderr, flush=True)
    report.keep("scaling", "\n\n".join(parts), figures)
