#!/usr/bin/env python3
"""How fast pages come from an API that takes its time: restlake against dlt, by turns, in one run.

    swift build -c release --product restlake
    python3 Tests/Benchmarks/latency.py --install        # dlt goes into a Python environment of its own, once
    python3 Tests/Benchmarks/latency.py                  # prints a Markdown table

An API on the loopback address holds each answer back for 50 ms and has 200 numbered pages with 100 records each; one
path states the number of pages, the other states nothing. Both programs write JSON lines of the same two tables, and
their rows are counted before a figure counts. CPU is that of the program alone, user and system; the API is a process
of its own. What is compared is the whole program from start to exit, as a scheduler starts it.
"""
import argparse
import asyncio
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve()
CHECKOUT = HERE.parents[2]
DLT = "dlt[filesystem]==1.31.0"


# MARK: The API

def record(number):
    """About 0.6 KB, with an object and a list in it."""
    return {
        "id": f"{number:024x}", "number": number, "title": f"Export job {number} is stuck at step {number % 17}",
        "description": "The nightly export has not finished. " * (3 + number % 5), "status": ("OPEN", "CLOSED", "ON_HOLD")[number % 3],
        "score": number % 100 / 8, "is_private": number % 7 == 0, "created_at": f"2026-11-{1 + number % 28:02}T{number % 24:02}:14:07.120Z",
        "customer": {"name": f"Customer {number % 97}", "account": {"id": number % 97, "plan": "standard" if number % 4 else None}},
        "tags": [f"tag-{(number + offset) % 11}" for offset in range(number % 4)],
    }


class API:
    def __init__(self, pages, records, latency):
        self.pages, self.latency = pages, latency
        self.bodies = {"total": [], "plain": []}
        for page in range(pages):
            items = [record(page * records + place) for place in range(records)]
            self.bodies["plain"].append(json.dumps({"items": items}).encode())
            self.bodies["total"].append(json.dumps({"items": items, "total_pages": pages}).encode())

    def body(self, target):
        parts = urllib.parse.urlsplit(target)
        page = int(urllib.parse.parse_qs(parts.query).get("page", ["1"])[0])
        bodies = self.bodies["total" if parts.path.startswith("/total/") else "plain"]
        return bodies[page - 1] if 0 < page <= len(bodies) else b'{"items": []}'

    async def serve(self, reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                body = self.body(head.split(b" ", 2)[1].decode())
                await asyncio.sleep(self.latency)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def serve(options):
    api = API(options.pages, options.records, options.latency / 1000)
    server = await asyncio.start_server(api.serve, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


# MARK: The two programs

def ours(options, base, states_total, concurrency, folder):
    paginator = {"type": "page_number", "base_page": 1, "total_path": "total_pages" if states_total else None}
    client = {"base_url": base} | ({} if concurrency == "default" else {"concurrency": int(concurrency)})
    endpoint = {"path": "items", "data_selector": "items", "paginator": paginator}
    definition = {"name": "bench", "client": client, "resources": [{"name": "items", "primary_key": "id", "endpoint": endpoint}]}
    (folder / "bench.json").write_text(json.dumps(definition))
    return [str(options.program), "export", str(folder / "bench.json"), "--lake", str(folder / "lake"), "--format", "jsonl", "--quiet"]


def theirs(options, base, states_total, folder):
    return [str(options.venv / "bin/python"), str(HERE), "--dlt-child", json.dumps([base, states_total, str(folder)])]


def run_dlt(base, states_total, folder):
    """In the environment that holds dlt: its REST source to its filesystem destination."""
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR", "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true"}
    os.chdir(folder)
    import dlt
    from dlt.sources.rest_api import rest_api_source
    paginator = {"type": "page_number", "base_page": 1, "total_path": "total_pages" if states_total else None}
    source = rest_api_source({
        "client": {"base_url": base},
        "resources": [{"name": "items", "primary_key": "id", "write_disposition": "append",
                       "endpoint": {"path": "items", "data_selector": "items", "paginator": paginator}}],
    }, name="bench")
    pipeline = dlt.pipeline("bench", destination=dlt.destinations.filesystem(f"file://{folder}/lake"), dataset_name="bench",
                            pipelines_dir=f"{folder}/pipelines")
    pipeline.run(source, loader_file_format="jsonl")


def rows(folder):
    """Rows of the two tables; both programs keep a table in a folder of its name."""
    counts = {}
    for path in (folder / "lake" / "bench").rglob("*.jsonl"):
        table = next((part for part in path.parts if part in ("items", "items__tags")), None)
        if table and "_lake" not in path.parts:
            with path.open("rb") as file:
                counts[table] = counts.get(table, 0) + sum(1 for _ in file)
    return counts


def measure(command, folder, expected):
    """Wall and CPU seconds of one run, whose rows were counted."""
    with open(folder / "output", "wb") as output:
        started = time.perf_counter()
        child = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{command[0]} ended with {child.returncode}:\n{(folder / 'output').read_text()[-2000:]}")
    if rows(folder) != expected:
        sys.exit(f"{command[0]}: expected {expected}, found {rows(folder)}")
    return wall, usage.ru_utime + usage.ru_stime


# MARK: The table

def compare(options, port):
    total = options.pages * options.records
    expected = {"items": total, "items__tags": sum(number % 4 for number in range(total))}
    figures = {}
    for turn in range(options.rounds):
        for states_total in (True, False):
            base = f"http://127.0.0.1:{port}/{'total' if states_total else 'plain'}"
            for name in ["dlt"] + [f"restlake, concurrency {number}" for number in options.concurrency]:
                with tempfile.TemporaryDirectory(prefix="latency-") as place:
                    folder = pathlib.Path(place)
                    command = (theirs(options, base, states_total, folder) if name == "dlt"
                               else ours(options, base, states_total, name.rsplit(" ", 1)[1], folder))
                    figures.setdefault((states_total, name), []).append(measure(command, folder, expected))
                print(f"round {turn + 1}: {name}, {'total stated' if states_total else 'no total'}", file=sys.stderr)
    table(options, figures)


def table(options, figures):
    print(f"{options.pages} pages of {options.records} records, {options.latency} ms each; median of {options.rounds} "
          f"(smallest to largest); {os.cpu_count()} cores, Python {platform.python_version()}, {DLT.replace('[filesystem]', '')}.")
    print(f"One request after the other waits {options.pages * options.latency / 1000:.1f} s for the API alone.\n")
    print("| program | pages stated | wall s | CPU s | wall, dlt / it | CPU, dlt / it |\n|---|---|---|---|---|---|")
    for (states_total, name), runs in sorted(figures.items(), key=lambda item: (not item[0][0], item[0][1] != "dlt")):
        peer = figures[states_total, "dlt"]
        cells = [name, "yes" if states_total else "no"]
        cells += [f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})" for values in zip(*runs)]
        # Pairs of one round stand next to each other in time: their ratio is steadier than that of medians.
        cells += [f"{statistics.median(a / max(b, 1e-3) for a, b in zip(column, own)):.1f}" for column, own in zip(zip(*peer), zip(*runs))]
        print("| " + " | ".join(cells) + " |")


def install(options):
    subprocess.run([sys.executable, "-m", "venv", options.venv], check=True)
    subprocess.run([options.venv / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", DLT], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--install", action="store_true", help="make the Python environment with dlt, then end")
    parser.add_argument("--program", type=pathlib.Path, default=CHECKOUT / ".build/release/restlake")
    parser.add_argument("--venv", type=pathlib.Path, default=CHECKOUT / ".build/benchmark-venv")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--records", type=int, default=100)
    parser.add_argument("--latency", type=int, default=50, metavar="MS")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--concurrency", default="4,8", help="of restlake, with commas; 'default' leaves it to restlake (default: 4,8)")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--dlt-child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.concurrency = options.concurrency.split(",")
    if options.serve:
        return asyncio.run(serve(options))
    if options.dlt_child:
        return run_dlt(*json.loads(options.dlt_child))
    if options.install:
        return install(options)
    if not options.program.exists():
        sys.exit(f"There is no program at {options.program}; build it: swift build -c release --product restlake")
    if not (options.venv / "bin/python").exists():
        sys.exit(f"There is no Python environment at {options.venv}; make it: python3 {sys.argv[0]} --install")
    server = [sys.executable, HERE, "--serve", "--pages", str(options.pages), "--records", str(options.records), "--latency", str(options.latency)]
    with subprocess.Popen(server, stdout=subprocess.PIPE, text=True) as api:
        try:
            compare(options, int(api.stdout.readline()))
        finally:
            api.terminate()


if __name__ == "__main__":
    main()
