"""How fast restlake is, against what anybody would pick instead, measured side by side in one run.

    swift build -c release --product restlake
    python3 Tests/Benchmarks                # some minutes
    python3 Tests/Benchmarks --full         # a million records: hours, most of them dlt's
    python3 Tests/Benchmarks --scaling      # how time and memory grow
    python3 Tests/Benchmarks --only micro   # the stages of a page, one by one (swift build -c release --product LakeMicro)

Installs the peers under .build/benchmarks, makes the API's pages there, serves them on the loopback address, prints
Markdown tables and keeps them with all single figures as JSON in .build/benchmarks/results.
"""

import argparse
import os
import sys

import tools

PARTS = ("throughput", "latency", "startup", "micro")


def main():
    options = parse()
    os.makedirs(tools.FOLDER, exist_ok=True)
    if not os.path.exists(options.program):
        sys.exit(f"There is no program at {options.program}; build it: swift build -c release --product restlake")
    try:
        tools.enter_environment()
        tools.nginx()
        return measure(options)
    except tools.Missing as missing:
        sys.exit(f"Not installed, and could not be: {missing}")


def parse():
    parser = argparse.ArgumentParser(
        prog="python3 Tests/Benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=os.path.abspath, default=os.path.join(tools.CHECKOUT, ".build", "release", "restlake"))
    parser.add_argument("--only", type=lambda text: text.split(","), default=[], metavar="NAME,...",
                        help=f"parts ({', '.join(PARTS)}), rows of the throughput (restlake, floor, dlt, dlt-csv, duckdb, orjson, jq …), "
                        "or with --scaling its tables")
    parser.add_argument("--scaling", action="store_true", help="the scaling figures instead")
    parser.add_argument("--full", action="store_true", help="the real size: a million records; with --scaling, five")
    parser.add_argument("--records", type=int, help="of the throughput (default: 20,000, or a million)")
    parser.add_argument("--page-size", type=int, default=1000, metavar="RECORDS", help="default: 1000, which is 1.6 MB")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep-pages", action="store_true", help="leave large sets of pages for the next run")
    options = parser.parse_args()
    options.records = options.records or (1_000_000 if options.full else 20_000)
    return options


def measure(options):
    import running
    pages_folder = os.path.join(tools.FOLDER, "pages")
    parts = [part for part in PARTS if part in options.only]
    rows = [name for name in options.only if name not in PARTS]
    try:
        if options.scaling:
            import scaling
            scaling.measure(options, pages_folder)
            return 0
        if rows or not options.only or "throughput" in parts:
            import throughput
            options.only = rows
            throughput.measure(options, pages_folder)
        for part in parts if parts or rows else PARTS[:-1]:
            if part == "latency":
                import latency
                latency.measure(options, pages_folder)
            elif part == "startup":
                import startup
                startup.measure(options, pages_folder)
            elif part == "micro":
                import micro
                micro.measure(options, pages_folder)
    except running.Failed as failed:
        sys.exit(f"No figure counts: {failed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
