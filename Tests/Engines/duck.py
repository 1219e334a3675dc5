"""DuckDB as a reader of the lake: each part with the columns of its own schema version."""

import duckdb

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


def rows_that_differ(engine, part):
    """How many rows DuckDB reads from one file of a part and not from the other."""
    jsonl, csv = source(part, "jsonl"), source(part, "csv")
    return engine.execute(
        f"SELECT (SELECT count(*) FROM (FROM {jsonl} EXCEPT ALL FROM {csv})) + (SELECT count(*) FROM (FROM {csv} EXCEPT ALL FROM {jsonl}))"
    ).fetchone()[0]
