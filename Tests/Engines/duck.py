"""DuckDB as a reader of the lake: each part with the columns of its own schema version."""

import re

import duckdb

from outcome import CheckFailed
from values import bits

TYPES = {
    "boolean": "BOOLEAN", "bigint": "BIGINT", "decimal": "DECIMAL(38,9)", "double": "DOUBLE", "text": "VARCHAR",
    "unknown": "VARCHAR", "timestamp": "TIMESTAMPTZ", "timestamp_ntz": "TIMESTAMP", "date": "DATE", "time": "TIME", "json": "JSON",
}
# Moments as numbers: Python's own types know neither year 0 nor what lies before it.
AS_NUMBER = {
    "timestamp": "epoch_us({})", "timestamp_ntz": "epoch_us({})", "time": "epoch_us({})",
    "date": "date_diff('day', DATE '1970-01-01', {})", "json": "{}::VARCHAR",
}
LARGEST_LINE = 64 << 20


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    return "'" + text.replace("'", "''") + "'"


def connect():
    engine = duckdb.connect()
    engine.execute("SET TimeZone = 'UTC'")
    return engine


def columns(schema):
    return "{" + ", ".join(f"{literal(c.name)}: {literal(TYPES[c.type])}" for c in schema.columns) + "}"


def source(part, form):
    """The table function that reads one file of a part."""
    path = literal(part.path(form))
    if form == "jsonl":
        return (f"read_json({path}, format='newline_delimited', hive_partitioning=false, "
                f"maximum_object_size={LARGEST_LINE}, columns={columns(part.schema)})")
    return (f"read_csv({path}, header=true, delim=',', quote='\"', escape='\"', nullstr='', allow_quoted_nulls=false, "
            f"auto_detect=false, hive_partitioning=false, max_line_size={LARGEST_LINE}, columns={columns(part.schema)})")


def rows(engine, part, form):
    """All rows of a part as DuckDB reads them, in the order of their numbers, doubles as their bytes."""
    chosen = [AS_NUMBER.get(c.type, "{}").format(quoted(c.name)) for c in part.schema.columns]
    found = engine.execute(f"SELECT {', '.join(chosen)} FROM {source(part, form)} ORDER BY _row_number").fetchall()
    doubles = [i for i, c in enumerate(part.schema.columns) if c.type == "double"]
    if not doubles:
        return found
    return [[bits(cell) if i in doubles and cell is not None else cell for i, cell in enumerate(row)] for row in found]


def printed_statement(program, lake, dataset, table):
    """The statement that `restlake schema TABLE` prints to read all versions of a table."""
    shown = program.run("schema", table, "--lake", lake, "--dataset", dataset)
    found = re.search(r"^Read it with DuckDB:\n +(.+?);?$", shown, flags=re.M)
    if found is None:
        raise CheckFailed(f"restlake schema {table} prints no line after 'Read it with DuckDB:'\n{shown[-300:]}")
    return found[1]


def rows_that_differ(engine, part):
    """How many rows DuckDB reads from one file of a part and not from the other, JSON columns aside."""
    chosen = ", ".join(quoted(c.name) for c in part.schema.columns if c.type != "json")
    jsonl, csv = (f"SELECT {chosen} FROM {source(part, form)}" for form in ("jsonl", "csv"))
    return engine.execute(
        f"SELECT (SELECT count(*) FROM ({jsonl} EXCEPT ALL {csv})) + (SELECT count(*) FROM ({csv} EXCEPT ALL {jsonl}))"
    ).fetchone()[0]
