"""Stand-ins for warehouses that nobody has at home. What each of them cannot do is done in another way by this file, and told:
nothing here proves what the service itself does."""

import gzip
import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid

import values
from handoff_engines import Destination, Postgres, ScriptFailed, Worker
from handoff_lake import NAME

BUCKET = "s3://bucket/lake"
# The emulators are slow. These have merge with and without a time of append before, replace, children and everything that widens.
SOME = ("orders", "things", "drift", "users")


def lines_of(path):
    """How psql reads the lines of a file."""
    return f"PROGRAM 'gzip -dc {path}'" if path.endswith(".gz") else f"'{path}'"


class Redshift(Postgres):
    """PostgreSQL with stand-ins for what is Redshift's own. COPY becomes a reading of the same file by psql. Texts may be as
    long as they are, which Redshift's may not."""

    options = ("--location", BUCKET)
    stand_ins = """
        CREATE DOMAIN super AS jsonb;
        CREATE FUNCTION getdate() RETURNS timestamp LANGUAGE sql AS 'SELECT LOCALTIMESTAMP';
        ALTER DATABASE {database} SET client_min_messages = warning;
        CREATE VIEW svv_columns AS SELECT table_schema, table_name, column_name, COALESCE(domain_name, data_type) AS data_type
          FROM information_schema.columns;
    """
    copy = re.compile(r"^COPY (\S+) FROM '" + BUCKET + r"/(\S+)' IAM_ROLE DEFAULT FORMAT AS JSON 'auto'.*;$", re.M)

    def __init__(self, server, lake):
        super().__init__("Redshift (PostgreSQL)", "redshift", "jsonl", server)
        self.lake = lake

    def open(self, folder):
        made = folder in self.made
        database = super().open(folder)
        if not made:
            super().run(database, self.stand_ins.format(database=database))
        return database

    def run(self, database, script):
        super().run(database, self.copy.sub(self.read, script).replace("VARCHAR(65535)", "VARCHAR"))

    def read(self, copy):
        return (f"CREATE TEMP TABLE lines (line text);\n"
                f"\\copy lines FROM {lines_of(os.path.join(self.lake, copy[2]))} WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')\n"
                f"INSERT INTO {copy[1]} SELECT r.* FROM lines, json_populate_record(NULL::{copy[1]}, line::json) AS r;\nDROP TABLE lines;")


class Snowflake(Worker):
    """fakesnow, in an environment of its own: see `handoff_worker.py`."""

    options = ("--location", BUCKET)
    resources = (*SOME, "values")

    def __init__(self, python, lake):
        super().__init__("Snowflake (fakesnow)", "snowflake", "jsonl", more=[os.path.join(lake, NAME)], python=python)

    as_text = {"timestamp": "DATE_PART(EPOCH_MICROSECOND, {})", "timestamp_ntz": "DATE_PART(EPOCH_MICROSECOND, {})"}

    def quoted(self, name):
        return super().quoted(name.upper())

    def plain(self, kind, cell):
        return values.plain(kind, cell) if kind in ("date", "time") else super().plain(kind, cell)


class BigQuery(Destination):
    """bqemulator, in an environment of its own. LOAD DATA becomes a load job with the same schema; a script is sent in the
    pieces between those, with an ALTER TABLE for each column that it adds. The table of nasty values is left out: load jobs of the emulator refuse dates in it."""

    options = ("--location", BUCKET.replace("s3:", "gs:"), "--schema", "dataset")
    resources = SOME
    quote = "`"
    other = "CAST({} AS STRING)"
    as_text = {
        "timestamp": "UNIX_MICROS({})", "timestamp_ntz": "UNIX_MICROS(TIMESTAMP({}))", "date": "UNIX_DATE({})", "json": "TO_JSON_STRING({})",
    }
    load = re.compile(r"^LOAD DATA OVERWRITE `dataset`\.`(\S+)` \((.+)\)\nFROM FILES \(format = 'JSON', uris = \[(.+)\]\);\n", re.M)
    alter = re.compile(r"^(ALTER TABLE \S+)\n((?:  ADD COLUMN .+[,;]\n)+)", re.M)
    types = {"INT64": "INTEGER", "FLOAT64": "FLOAT", "BOOL": "BOOLEAN"}

    def __init__(self, python, lake, folder):
        super().__init__("BigQuery (bqemulator)", "bigquery", "jsonl")
        self.lake, self.made = lake, 0
        self.python, self.folder, self.server, self.base = python, folder, None, None

    # MARK: The emulator

    def start(self):
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        env = {**os.environ, "HOME": self.folder}
        # Its own extension of DuckDB is a package too.
        subprocess.run([self.python, "-c", "from duckdb_extensions import import_extension; import_extension('spatial')"], env=env, check=True)
        words = [os.path.join(os.path.dirname(self.python), "bqemulator"), "start", "--ephemeral", "--rest-port", str(port), "--grpc-port", str(free_port()),
                 "--project", "p"]
        with open(os.path.join(self.folder, "bqemulator.log"), "wb") as log:
            self.server = subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        while self.server.poll() is None:
            try:
                return self.query("SELECT 1")
            except OSError:
                time.sleep(0.2)
        raise ScriptFailed(f"{self.name}: does not start: {self.folder}/bqemulator.log")

    def stop(self):
        if self.server is not None:
            self.server.terminate()
            self.server.wait()

    def ask(self, path, body, kind="application/json"):
        request = urllib.request.Request(self.base + path, body, {"Content-Type": kind})
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                found = json.load(answer)
        except urllib.error.HTTPError as error:
            raise ScriptFailed(f"{self.name}: {error.read().decode()[:600]}") from error
        errors = found.get("errors") or found.get("status", {}).get("errorResult")
        if errors:
            raise ScriptFailed(f"{self.name}: {errors}")
        return found

    def query(self, text):
        body = {"query": text, "useLegacySql": False, "timeoutMs": 300000, "maxResults": 100000}
        return self.ask("/bigquery/v2/projects/p/queries", json.dumps(body).encode())

    # MARK: A destination

    def open(self, folder):
        if self.server is None:
            self.start()
        self.made += 1
        return f"dataset_{self.made}"

    def run(self, database, script):
        script, at = self.alter.sub(one_by_one, script), 0
        for load in self.load.finditer(script):
            self.query(in_dataset(script[at:load.start()], database))
            self.load_files(database, *load.groups())
            at = load.end()
        self.query(in_dataset(script[at:], database))

    def load_files(self, database, table, columns, files):
        fields = [column.split(" ", 1) for column in columns.split(", `")]
        schema = [{"name": name.strip("`"), "type": self.types.get(kind, kind), "mode": "NULLABLE"} for name, kind in fields]
        lines = b""
        for path in re.findall(r"'gs://bucket/lake/(.+?)'", files):
            with open(os.path.join(self.lake, path), "rb") as file:
                lines += gzip.decompress(file.read()) if path.endswith(".gz") else file.read()
        job = {"configuration": {"load": {
            "destinationTable": {"projectId": "p", "datasetId": database, "tableId": table}, "sourceFormat": "NEWLINE_DELIMITED_JSON",
            "writeDisposition": "WRITE_TRUNCATE", "schema": {"fields": schema}}}}
        mark = uuid.uuid4().hex
        body = (f"--{mark}\r\nContent-Type: application/json\r\n\r\n{json.dumps(job)}\r\n--{mark}\r\nContent-Type: application/octet-stream\r\n\r\n").encode()
        self.ask("/upload/bigquery/v2/projects/p/jobs?uploadType=multipart", body + lines + f"\r\n--{mark}--\r\n".encode(), f"multipart/related; boundary={mark}")

    def select(self, database, query):
        found = self.query(query.replace("FROM `", f"FROM `{database}`.`"))
        return [[cell["v"] for cell in row["f"]] for row in found.get("rows", [])]

    def plain(self, kind, cell):
        return values.plain(kind, cell) if kind == "time" else super().plain(kind, cell)


def one_by_one(alter):
    return "".join(f"{alter[1]} {column.strip()[:-1]};\n" for column in alter[2].splitlines())


def in_dataset(script, database):
    # A plain NUMERIC has 38 digits in BigQuery, and 18 in the emulator.
    return re.sub(r"(?<!')\bNUMERIC\b(?!\()", "NUMERIC(38, 9)", script).replace("`dataset`", f"`{database}`")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
