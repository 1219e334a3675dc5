"""Runs one program once, and what it took."""

import os
import subprocess

import tools


class Failed(Exception):
    """A program that did not do its work: its figures count for nothing."""


class Taken:
    """Wall and CPU seconds, and peak memory in MB, of a program and its children."""

    def __init__(self, wall, cpu, peak):
        self.wall, self.cpu, self.peak = wall, cpu, peak

    def as_json(self):
        return {"wall_seconds": round(self.wall, 4), "cpu_seconds": round(self.cpu, 4), "peak_mb": round(self.peak, 1)}


def run(command, folder, expect=0, stdout=None):
    """Runs a command; its output goes to files in the folder."""
    report, log = os.path.join(folder, "taken"), os.path.join(folder, "log")
    # What an earlier program wrote is not to reach the disk at this one's expense.
    os.sync()
    with open(log, "wb") as errors, open(stdout or log, "ab") as output:
        subprocess.run([tools.measure(), report, *command], stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=environment())
    with open(report) as file:
        code, wall, user, system, peak = map(int, file.read().split())
    if code != expect:
        with open(log, encoding="utf-8", errors="replace") as file:
            raise Failed(f"{' '.join(command)}\nended with {code}:\n{file.read()[-2000:]}")
    return Taken(wall / 1e9, (user + system) / 1e9, peak * 1024 / 1e6)


def environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("RESTLAKE_")}
