"""Figures as a Markdown table and as JSON, both kept in the benchmark's folder."""

import json
import os
import platform
import statistics
import subprocess

import tools

RESULTS = os.path.join(tools.FOLDER, "results")


def median_of(values):
    return statistics.median(values)


def number(value, digits=3):
    """Three digits that matter: 0.0123, 1.23, 12.3, 123, 12,300."""
    if value is None:
        return ""
    if value == 0:
        return "0"
    whole = len(str(int(abs(value))))
    if abs(value) >= 1:
        rounded = round(value, max(0, digits - whole)) if whole <= digits else round(value, digits - whole)
        return f"{rounded:,.{max(0, digits - whole)}f}"
    return f"{value:.{digits}g}"


def spread(values):
    """The median, and the smallest and largest where they differ from it visibly."""
    middle, least, most = number(median_of(values)), number(min(values)), number(max(values))
    return middle if least == most else f"{middle} ({least} to {most})"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def machine():
    """The kind of machine, not which one it is."""
    model = "unknown processor"
    with open("/proc/cpuinfo") as file:
        model = next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), model)
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) / 1e6
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GB of memory, Linux {platform.release().split('-')[0]}"


def versions(program):
    import dlt
    import duckdb
    import orjson
    own = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.strip()
    return f"{own}, dlt {dlt.__version__}, DuckDB {duckdb.__version__}, orjson {orjson.__version__}, Python {platform.python_version()}"


def keep(name, markdown, figures):
    """Prints a part's figures, and keeps them as NAME.md and NAME.json."""
    os.makedirs(RESULTS, exist_ok=True)
    print(markdown, flush=True)
    with open(os.path.join(RESULTS, f"{name}.md"), "w") as file:
        file.write(markdown + "\n")
    with open(os.path.join(RESULTS, f"{name}.json"), "w") as file:
        json.dump(figures, file, indent=2)
        file.write("\n")
