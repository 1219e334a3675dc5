"""Runs that are killed at random moments, again and again until one ends: the lake is as if none had been killed.

The moments are random but for their seed, and their number is bounded. Every run that follows a killed one goes on with
what that one kept, or finishes what it had prepared. In the end two loads are in the lake, whole, and verify finds nothing.
"""

import hashlib
import os
import random
import re
import subprocess
import time

from outcome import CheckFailed, Outcome

LAKES = 12
KILLS_EACH = 40
SEED = 20261123
LOADS = ("20260105T020000Z-00000a", "20260106T020000Z-00000b")
DATASET = "thena_sandbox"
TIMES = re.compile(rb'"(started_at|prepared_at|checksum)": "[^"]*"')
TIMING = re.compile(rb',"timing":\{[^}]*\}')


def command(program, lake, day):
    return [
        program.path, "export", "thena", "--sandbox", "--sandbox-requests", "2500", "--sandbox-users", "61", "--sandbox-day", str(day),
        "--lake", lake, "--load-id", LOADS[day - 1], "--run-id", f"day-{day}", "--quiet",
    ]


def check(program, folder, server):
    outcome = Outcome("kills")
    reference = os.path.join(folder, "kills-never")
    started = time.monotonic()
    for day in (1, 2):
        subprocess.run(command(program, reference, day), check=True, capture_output=True, timeout=300)
    usual = (time.monotonic() - started) / 2
    expected = digests(reference)
    moments = random.Random(SEED)
    for number in range(LAKES):
        lake = os.path.join(folder, f"kills-{number}")
        for day in (1, 2):
            outcome.count("kills", run_until_done(program, lake, day, moments, usual))
            outcome.count("loads")
        if not outcome.same(f"lake {number}", expected, digests(lake)):
            return outcome.close()
        program.run("verify", "--all", "--lake", lake)
        outcome.count("lakes that are the same to the byte")
    return outcome.close()


def run_until_done(program, lake, day, moments, usual):
    """How often the run was killed before one ended."""
    for kills in range(KILLS_EACH + 1):
        process = subprocess.Popen(command(program, lake, day), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            # The last one may take its time: the number of kills is bounded.
            _, errors = process.communicate(timeout=moments.uniform(0, 1.2 * usual) if kills < KILLS_EACH else 300)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            continue
        if process.returncode != 0:
            raise CheckFailed(f"day {day} after {kills} kills: exit code {process.returncode}\n{errors.decode()}")
        return kills
    raise CheckFailed(f"day {day}: no run came to its end")


def digests(lake):
    """All files of the dataset but for what differs between any two runs."""
    found = {}
    for place, _, names in os.walk(os.path.join(lake, DATASET)):
        for name in names:
            path = os.path.join(place, name)
            if name in ("lock", "manifest.json"):
                continue
            with open(path, "rb") as file:
                text = file.read()
            if path.endswith(".pages.jsonl"):
                text = TIMING.sub(b"", text)
            elif "/_lake/loads/" in path and path.endswith(".json"):
                text = TIMES.sub(b"", text)
            elif path.endswith(".sha256"):
                text = b"".join(line for line in text.splitlines(True) if b".pages.jsonl" not in line)
            found[os.path.relpath(path, lake)] = hashlib.sha256(text).hexdigest()
    return found
