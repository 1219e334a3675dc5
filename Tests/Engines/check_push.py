"""`restlake push postgres` with the real psql against a real server: by trust, by a password in PGPASSFILE, and what it says of
a wrong password, of rows that differ and of a file that is not what the lake says."""

import gzip
import json
import os
import shutil
import subprocess

from check_handoff import Hand
from handoff_engines import Postgres
from handoff_lake import DAYS, NAME, shop
from lake import Dataset
from outcome import Outcome

PASSWORD = "a secret of the checks"


def check(program, folder, server):
    outcome = Outcome("push")
    if server is None:
        print("  push: there is no PostgreSQL to push to.")
        return outcome.close()
    folder = os.path.join(folder, "push")
    os.makedirs(folder)
    lake = os.path.join(folder, "lake")
    engine = Postgres("restlake push", "postgres", "jsonl", server)
    hand = Hand(outcome, engine, program, folder, lake)
    push = Push(outcome, program, lake, server, hand.make())
    push.wants_password(folder)
    with shop(program, folder, lake) as api:
        for day in (0, 1, 2):
            api.export(day)
        check_nights(outcome, push, hand, lambda: api.export(3))
    check_refusals(outcome, push, hand, folder)
    return outcome.close()


class Push:
    def __init__(self, outcome, program, lake, server, database):
        self.outcome, self.program, self.lake, self.server, self.database = outcome, program, lake, server, database
        self.socket = server.command[server.command.index("-h") + 1]
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "RESTLAKE_"))}
        self.env["HOME"] = "/nonexistent"

    def wants_password(self, folder):
        """Of the role `loader`, on the checks' own server, from here on."""
        self.server.run(f"CREATE ROLE loader LOGIN PASSWORD '{PASSWORD}'; ALTER DATABASE {self.database} OWNER TO loader;")
        rules = os.path.join(self.socket, "data", "pg_hba.conf")
        with open(rules, encoding="utf-8") as file:
            text = file.read()
        with open(rules, "w", encoding="utf-8") as file:
            file.write("local all loader scram-sha-256\n" + text)
        self.server.run("SELECT pg_reload_conf();")
        for name, password in (("right", PASSWORD), ("wrong", "another")):
            path = os.path.join(folder, name)
            with open(path, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(f"*:*:*:loader:{password}\n")
            self.env[name] = path

    def __call__(self, *options, password="right", code=0, says="", lake=None):
        """The tables as it tells them."""
        env = {**self.env, **({"PGPASSFILE": self.env[password]} if password else {})}
        words = [self.program.path, "push", "postgres", f"host={self.socket} dbname={self.database} user=loader", "--lake", lake or self.lake, "--json", *options]
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env, timeout=300)
        text = done.stdout + done.stderr
        self.outcome.same(f"push {' '.join(options)}: exit code ({text[-500:]})", code, done.returncode)
        self.outcome.same(f"push: says '{says}' in {text[-500:]}", True, says in text)
        self.outcome.same("push: the password is not told", False, PASSWORD in text)
        self.outcome.count("runs")
        return [json.loads(line) for line in done.stdout.splitlines()]


def check_nights(outcome, push, hand, export):
    push(password=None, code=69, says="no password supplied")
    push(password="wrong", code=69, says="password authentication failed")
    for loads, has_new in ((DAYS[:3], True), (DAYS[:3], False), (DAYS[:4], True)):
        if loads == DAYS[:4]:
            export()
        told = push()
        place = f"push of {len(loads)} loads"
        outcome.same(f"{place}: rows that the lake has and that are there", [table["rows"] for table in told], [table["loaded"] for table in told])
        outcome.same(f"{place}: something is new", has_new, any(table["new"] for table in told))
        hand.compare(push.database, Dataset(push.lake, NAME), loads, place)


def check_refusals(outcome, push, hand, folder):
    # A file that has lost its last row: nothing of its resource is loaded, nothing else suffers.
    other = os.path.join(folder, "other")
    shutil.copytree(push.lake, other)
    part = next(part for part in Dataset(other, NAME).parts if part.load == DAYS[3] and part.table == "orders__items")
    lines = part.bytes("jsonl").split(b"\n")
    with open(part.path("jsonl"), "wb") as file:
        file.write(gzip.compress(b"\n".join(lines[:-2] + [b""])))
    hand.engine.run(push.database, f"DELETE FROM _lake_loads WHERE load_id = '{DAYS[3]}' AND table_name = 'orders';")
    before = hand.dump(push.database)
    push("--table", "orders", code=69, says="psql ended with code 3", lake=other)
    outcome.same("push of a file without its last row: what is there", before, hand.dump(push.database))
    # What is recorded there is another number than the lake's.
    hand.engine.run(push.database, f"INSERT INTO _lake_loads SELECT load_id, 'orders', 1, 1, loaded_at FROM _lake_loads WHERE load_id = '{DAYS[3]}' LIMIT 1;")
    told = push("--table", "orders", code=65, says="the destination records 1")
    outcome.same("push: a table that differs", [False], [table["rows"] == table["loaded"] for table in told if table["table"] == "orders"])
