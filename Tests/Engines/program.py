"""Runs restlake."""

import os
import subprocess

from outcome import CheckFailed


class Program:
    def __init__(self, path):
        self.path = os.path.abspath(path)

    def run(self, *arguments, expect=0, env=None):
        """Standard output of one command, which must end with the expected code."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("RESTLAKE_")}
        clean.update(env or {})
        done = subprocess.run(
            [self.path, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=clean, timeout=300)
        if done.returncode != expect:
            raise CheckFailed(
                f"restlake {' '.join(arguments)}: exit code {done.returncode}, expected {expect}\n{done.stdout}{done.stderr}")
        return done.stdout
