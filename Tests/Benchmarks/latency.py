"""How fast pages come from an API that takes its time: restlake against dlt, by turns, in one run.

Each answer is held back by 50 ms. One path of the API states the number of pages, the other states nothing. Both programs
write JSON lines of the same tables, and their rows are judged before a figure counts.
"""

import os
import sys
import tempfile

import equal_work
import programs
import report
import running
import server
import tools
from pages import PageSet

PAGES, PAGE_SIZE, MILLISECONDS = 200, 20, 50
# None: nothing declared.
CONCURRENCIES = (None, 4, 8, 24)


class Restlake(programs.Restlake):
    def __init__(self, program, concurrency):
        super().__init__(program, f"restlake, {concurrency} at once" if concurrency else "restlake", ("jsonl",))
        self.concurrency = concurrency

    def command(self, base_url, states_total, folder):
        paginator = {"type": "page_number", "base_page": 1, "total_path": "total_pages" if states_total else None}
        client = {"concurrency": self.concurrency} if self.concurrency else {}
        definition = programs.define(folder, base_url, paginator=paginator, **client)
        return [self.program, "export", definition, "--lake", os.path.join(folder, "lake"), "--format", "jsonl", "--quiet"]


class DLT(programs.DLT):
    def __init__(self):
        super().__init__("dlt", "jsonl")

    def command(self, base_url, states_total, folder):
        script = os.path.join(programs.PEERS, "dlt_peer.py")
        return [tools.PYTHON, "-B", script, base_url, "jsonl", folder, *(["total_pages"] if states_total else [])]


def measure(options, pages_folder):
    pages = PageSet(pages_folder, PAGES * PAGE_SIZE, PAGE_SIZE).made()
    compared = [DLT()] + [Restlake(options.program, concurrency) for concurrency in CONCURRENCIES]
    figures = {}
    judge = equal_work.Judge(pages.records)
    with server.slow_api(pages, MILLISECONDS) as port:
        for turn in range(options.rounds):
            for states_total in (True, False):
                base_url = f"http://127.0.0.1:{port}/{'total' if states_total else 'plain'}"
                for program in compared:
                    with tempfile.TemporaryDirectory(prefix="run-", dir=tools.FOLDER) as folder:
                        taken = running.run(program.command(base_url, states_total, folder), folder)
                        judge.check(program, folder)
                    figures.setdefault((states_total, program.name), []).append(taken)
                    print(f"round {turn + 1}: {program.name}: {taken.wall:.2f} s", file=sys.stderr, flush=True)
    tell(options, figures)


def tell(options, figures):
    rows = []
    for (states_total, name), runs in figures.items():
        peer = figures[states_total, "dlt"]
        rows.append([
            name, "yes" if states_total else "no", report.spread([taken.wall for taken in runs]), report.spread([taken.cpu for taken in runs]),
            *(report.number(report.median_of([getattr(a, what) / getattr(b, what) for a, b in zip(peer, runs)])) for what in ("wall", "cpu")),
        ])
    head = ["program", "number of pages stated", "wall s", "CPU s", "wall: dlt / it", "CPU: dlt / it"]
    markdown = "\n\n".join([
        "## Latency",
        f"{PAGES} numbered pages of {PAGE_SIZE} records, each held back by {MILLISECONDS} ms; one format, whole program from start to exit. "
        f"One request after the other waits {PAGES * MILLISECONDS / 1000:.0f} s for the API alone. Median of {options.rounds} by turns "
        "(smallest to largest).",
        report.table(head, rows),
    ])
    report.keep("latency", markdown, [
        {"program": name, "pages_stated": states_total, "runs": [taken.as_json() for taken in runs]}
        for (states_total, name), runs in figures.items()
    ])
