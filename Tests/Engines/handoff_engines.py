"""Destinations that scripts are run in: each opens a database of a folder, and reads its tables with every value in plain form."""

import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

import values
from postgres import AS_TEXT as POSTGRES_TEXT, unescaped
from values import READERS, bits

MOMENTS = ("timestamp", "timestamp_ntz", "date", "time")
HERE = os.path.dirname(os.path.abspath(__file__))


class ScriptFailed(RuntimeError):
    pass


class Destination:
    """`form`: the files that its scripts are to read."""

    keeps_negative_zero = True
    # Numbers inside of a JSON value become doubles.
    rounds_json = False
    # How a column is selected so that all of its value comes; moments as numbers, all else as text.
    as_text = {}
    other = "CAST({} AS VARCHAR)"
    quote = '"'
    # What its scripts are asked for beside.
    options = ()
    # Those that it is given; none: all.
    resources = ()

    def __init__(self, name, kind, form):
        self.name, self.kind, self.form = name, kind, form

    def rows(self, database, table, columns):
        """{(load, row number): {column: plain value}}"""
        chosen = ", ".join(self.as_text.get(kind, self.other).format(self.quoted(name)) for name, kind in columns)
        found = {}
        for cells in self.select(database, f"SELECT {chosen} FROM {self.quoted(table)}"):
            row = {name: self.plain(kind, cell) for (name, kind), cell in zip(columns, cells)}
            place = row["_load_id"], row["_row_number"]
            if place in found:
                raise ScriptFailed(f"{self.name}: {table} holds {place} twice")
            found[place] = row
        return found

    def quoted(self, name):
        return self.quote + name + self.quote

    def plain(self, kind, cell):
        if cell is None:
            return None
        if kind == "json" and self.rounds_json:
            return json.loads(cell)
        return int(cell) if kind in MOMENTS else READERS[kind](cell)

    def close(self, database):
        pass


class Worker(Destination):
    """An engine in a process of its own."""

    def __init__(self, name, kind, form, packages=None, more=(), python=sys.executable):
        super().__init__(name, kind, form)
        self.more, self.python = more, python
        self.env = {"PYTHONPATH": packages} if packages else {}

    def open(self, folder):
        env = {**os.environ, **self.env}
        path = os.path.join(folder, "database")
        return subprocess.Popen([self.python, "-B", os.path.join(HERE, "handoff_worker.py"), self.kind, path, *self.more], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env)

    def ask(self, process, request):
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        if "error" in answer:
            raise ScriptFailed(f"{self.name}: {answer['error']}")
        return answer

    def run(self, process, script):
        self.ask(process, {"run": script})

    def begin(self, process, script):
        """The process that runs a script, which nobody waits for."""
        process.stdin.write(json.dumps({"run": script}) + "\n")
        process.stdin.flush()
        return process

    def select(self, process, query):
        return self.ask(process, {"rows": query})["rows"]

    def close(self, process):
        process.stdin.close()
        process.wait()


class DuckDB(Worker):
    as_text = {"timestamp": "epoch_us({})", "timestamp_ntz": "epoch_us({})", "time": "epoch_us({})", "date": "date_diff('day', DATE '1970-01-01', {})"}


class ClickHouse(Worker):
    as_text = {"timestamp": "toUnixTimestamp64Micro({})", "timestamp_ntz": "toUnixTimestamp64Micro({})", "date": "toInt32({})"}
    other = "CAST({} AS Nullable(String))"

    def plain(self, kind, cell):
        return values.plain(kind, cell) if kind == "time" else super().plain(kind, cell)


class Spark(Worker):
    quote = "`"
    as_text = {"timestamp": "unix_micros({})", "timestamp_ntz": "unix_micros(CAST({} AS TIMESTAMP))", "date": "unix_date({})"}
    other = "CAST({} AS STRING)"

    def plain(self, kind, cell):
        return values.plain(kind, cell) if kind == "time" else super().plain(kind, cell)


def fed(words, script, **more):
    """A client with a script as its input, which nobody waits for."""
    with tempfile.TemporaryFile() as file:
        file.write(script.encode())
        file.seek(0)
        return subprocess.Popen(words, stdin=file, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)


class Postgres(Destination):
    # Of databases: all checks have the same server.
    numbers = itertools.count()
    as_text = {kind: f"({text})::text" for kind, text in POSTGRES_TEXT.items()}
    other = "({})::text"

    def __init__(self, name, kind, form, server):
        super().__init__(name, kind, form)
        self.server, self.made = server, {}

    def open(self, folder):
        if folder not in self.made:
            self.made[folder] = f"handoff_{next(self.numbers)}"
            self.server.run(f"CREATE DATABASE {self.made[folder]};")
        return self.made[folder]

    def command(self, database, *more):
        return [*(database if word == "postgres" else word for word in self.server.command[:-2]), *more]

    def run(self, database, script):
        done = subprocess.run(self.command(database, "-f", "-"), input=script.encode(), capture_output=True, timeout=300)
        if done.returncode != 0:
            raise ScriptFailed(f"{self.name}: {done.stderr.decode().strip()[-600:]}")

    def begin(self, database, script):
        return fed(self.command(database, "-f", "-"), script)

    def select(self, database, query):
        done = subprocess.run(self.command(database, "-c", f"COPY ({query}) TO STDOUT"), capture_output=True, timeout=300)
        if done.returncode != 0:
            raise ScriptFailed(f"{self.name}: {done.stderr.decode().strip()[-600:]}")
        return [[unescaped(field) for field in line.split("\t")] for line in done.stdout.decode().split("\n")[:-1]]


class SQLite(Destination):
    keeps_negative_zero = False
    other = "{}"

    def open(self, folder):
        return os.path.join(folder, "database")

    def run(self, path, script):
        done = subprocess.run(["sqlite3", path], input=script.encode(), capture_output=True, timeout=300)
        if done.returncode != 0:
            raise ScriptFailed(f"{self.name}: {done.stderr.decode().strip()[-600:]}")

    def begin(self, path, script):
        # What it leaves behind is to be found by nobody.
        return fed(["sqlite3", path], script, env={**os.environ, "TMPDIR": os.path.dirname(path)})

    def select(self, path, query):
        with sqlite3.connect(path) as engine:
            return engine.execute(query).fetchall()

    def plain(self, kind, cell):
        if cell is None:
            return None
        if kind == "boolean":
            return {0: False, 1: True}[cell]
        if kind == "double":
            return bits(cell)
        if kind == "bigint":
            return cell if isinstance(cell, int) else f"no integer: {cell!r}"
        return values.plain(kind, cell)


def all_of(server, packages):
    """Every destination that is here. `packages`: where an older DuckDB is."""
    if not os.path.isdir(os.path.join(packages, "duckdb")):
        raise ValueError(f"there is no DuckDB 1.1 in {packages}: Tests/run installs it")
    found = [DuckDB(f"DuckDB, {form}", "duckdb", form) for form in ("jsonl", "csv")]
    found += [DuckDB(f"DuckDB 1.1, {form}", "duckdb", form, packages) for form in ("jsonl", "csv")]
    found[2].rounds_json = True
    found += [ClickHouse(f"ClickHouse, {form}", "clickhouse", form) for form in ("jsonl", "csv")]
    if shutil.which("sqlite3"):
        found.append(SQLite("SQLite", "sqlite", "jsonl"))
    if server is not None:
        found += [Postgres(f"PostgreSQL, {form}", "postgres", form, server) for form in ("jsonl", "csv")]
    return found
