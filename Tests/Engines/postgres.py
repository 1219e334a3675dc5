"""PostgreSQL as a reader of the lake: a server of its own in a temporary folder, on a socket in that folder."""

import glob
import os
import re
import shutil
import subprocess
from contextlib import contextmanager

from values import READERS, bits

TYPES = {
    "boolean": "boolean", "bigint": "bigint", "decimal": "numeric(38,9)", "double": "double precision", "text": "text",
    "unknown": "text", "timestamp": "timestamptz", "timestamp_ntz": "timestamp", "date": "date", "time": "time", "json": "json",
}
MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"
AS_TEXT = {"timestamp": MICROSECONDS, "timestamp_ntz": MICROSECONDS, "time": MICROSECONDS, "date": "{} - date '1970-01-01'"}
# COPY's text format, whose escapes are these; \N is NULL.
ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def programs():
    """The folder of programs of the newest installation, or None."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
    return found[-1] if found else None


def as_owner(*command):
    """A command as the user `postgres` where we are root: the server refuses root."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else list(command)


@contextmanager
def server(folder):
    """A running server whose files are in `folder`; gives what `Postgres` needs."""
    home, data = programs(), os.path.join(folder, "data")
    os.makedirs(folder)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    subprocess.run(as_owner(f"{home}/initdb", "-D", data, "-U", "lake", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"), **quiet, cwd="/")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c timezone=UTC"
    control = as_owner(f"{home}/pg_ctl", "-D", data, "-w", "-s", "-l", f"{folder}/log")
    subprocess.run([*control, "-o", options, "start"], **quiet, cwd="/")
    try:
        yield Postgres(f"{home}/psql", folder)
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **quiet, cwd="/")


class Postgres:
    def __init__(self, psql, folder):
        self.command = [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", folder, "-U", "lake", "-d", "postgres", "-f", "-"]

    def run(self, script):
        done = subprocess.run(self.command, input=script.encode(), capture_output=True, timeout=120)
        if done.returncode != 0:
            raise RuntimeError(f"psql: {done.stderr.decode().strip()}")
        return done.stdout

    def rows(self, part, form):
        """All rows of a part as PostgreSQL reads them, in the order of their numbers, in text form."""
        chosen = ", ".join(f"({AS_TEXT.get(c.type, '{}').format(quoted(c.name))})::text" for c in part.schema.columns)
        load = self.from_csv(part) if form == "csv" else self.from_jsonl(part)
        output = self.run(f"{load}\nCOPY (SELECT {chosen} FROM landed ORDER BY landed._row_number) TO STDOUT;\n")
        return [[unescaped(field) for field in line.split("\t")] for line in output.decode().split("\n")[:-1]]

    def from_csv(self, part):
        return (f"CREATE TEMP TABLE landed ({definition(part)});\n"
                f"\\copy landed FROM '{part.path('csv')}' WITH (FORMAT csv, HEADER match, NULL '', ENCODING 'UTF8')")

    def from_jsonl(self, part):
        # Quote and delimiter are characters that JSON never holds unescaped; the text format would eat backslashes.
        return (f"CREATE TEMP TABLE document (line text);\n"
                f"\\copy document FROM '{part.path('jsonl')}' WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')\n"
                f"CREATE TEMP TABLE landed AS SELECT r.* FROM document, json_to_record(line::json) AS r({definition(part)});")


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def definition(part):
    return ", ".join(f"{quoted(c.name)} {TYPES[c.type]}" for c in part.schema.columns)


def unescaped(field):
    if field == "\\N":
        return None
    return re.sub(r"\\(.)", lambda escape: ESCAPES.get(escape[1], escape[1]), field, flags=re.S)


def plain(kind, text):
    """The plain form of PostgreSQL's text for a value (see values.py)."""
    if text is None:
        return None
    if kind == "double":
        return bits(float(text))
    if kind in ("timestamp", "timestamp_ntz", "time", "date"):
        return int(text)
    return READERS[kind](text)
