"""What a start costs: --help, and an export of ten records, of the usual build and of one that carries Swift's library."""

import os
import tempfile

import programs
import report
import running
import server
import tools
from pages import PageSet

TURNS = 20
STATIC = os.path.join(tools.CHECKOUT, ".build-static", "release", "restlake")
HOW_TO_BUILD = "swift build -c release --product restlake -Xswiftc -static-stdlib --scratch-path .build-static"


def measure(options, pages_folder):
    builds = {"dynamic": options.program}
    if os.path.exists(STATIC):
        builds["-static-stdlib"] = STATIC
    pages = PageSet(pages_folder, 10, 10).made()
    figures = {}
    with server.nginx(pages_folder) as port:
        for _ in range(TURNS):
            for build, program in builds.items():
                for what, command in commands(program, pages, port).items():
                    with tempfile.TemporaryDirectory(prefix="run-", dir=tools.FOLDER) as folder:
                        figures.setdefault((build, what), []).append(running.run(command(folder), folder))
    tell(builds, figures)


def commands(program, pages, port):
    def export(folder):
        definition = programs.define(folder, f"http://127.0.0.1:{port}/{pages.name}")
        return [program, "export", definition, "--lake", os.path.join(folder, "lake"), "--quiet"]
    return {"--help": lambda folder: [program, "--help"], "export of ten records": export}


def tell(builds, figures):
    rows = [[
        build, what, report.number(report.median_of([taken.wall * 1000 for taken in runs])),
        report.number(report.median_of([taken.cpu * 1000 for taken in runs])), report.number(max(taken.peak for taken in runs)),
    ] for (build, what), runs in figures.items()]
    sizes = ", ".join(f"{build} {os.path.getsize(program) / 1e6:.1f} MB" for build, program in builds.items())
    note = f"Median of {TURNS}. Sizes of the programs: {sizes}."
    if len(builds) == 1:
        note += f" The static build is measured where it is there: `{HOW_TO_BUILD}`."
    table = report.table(["build", "command", "wall ms", "CPU ms", "peak MB"], rows)
    report.keep("startup", f"## Start\n\n{note}\n\n{table}", [
        {"build": build, "command": what, "runs": [taken.as_json() for taken in runs]} for (build, what), runs in figures.items()
    ])
