"""Whether the programs did the same work, judged by DuckDB over their files.

Of every table: the number of rows, and a checksum over the values of each row, summed up over all rows, so that their order
does not matter. Texts must be the same characters; numbers the same number, times the same instant, as each program spells
them its own way. What a program adds of its own (ids of rows, of loads, links between tables) is not compared.
"""

import duckdb

from running import Failed

TEXTS = """_id title description status urgency ai_urgency sentiment source channel_id channel_name thread_ts permalink csat_comment
language category sub_category external_id merged_into_id requestor__id requestor__name requestor__email requestor__timezone
assignee__id assignee__name assignee__email assignee__timezone customer__id customer__name customer__domain
customer__account__tier customer__account__owner meta__hash""".split()
NUMBERS = """request_id first_response_seconds resolution_hours csat_score message_count reopen_count confidence
customer__account__arr meta__ingest_version""".split()
BOOLEANS = "is_private is_escalated is_sla_breached".split()
TIMES = "created_at updated_at closed_at first_response_at sla_due_at".split()

AS_TEXT, AS_NUMBER, AS_BOOLEAN, AS_TIME = '"{0}"', 'CAST("{0}" AS DOUBLE)', 'CAST("{0}" AS BOOLEAN)', 'epoch_us(CAST("{0}" AS TIMESTAMPTZ))'
TABLES = {
    "requests": dict.fromkeys(TEXTS, AS_TEXT) | dict.fromkeys(NUMBERS, AS_NUMBER) | dict.fromkeys(BOOLEANS, AS_BOOLEAN)
    | dict.fromkeys(TIMES, AS_TIME) | {"customer__account__renewal_date": AS_TIME},
    "requests__tags": {"id": AS_TEXT, "name": AS_TEXT},
    "requests__custom_fields": {"key": AS_TEXT, "value": AS_TEXT, "updated_at": AS_TIME},
    "requests__watchers": {"value": AS_TEXT},
}


def digests(files, form):
    """Of each table: rows, checksum of whole rows, and of each column, by which a difference is found."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return {table: digest(connection, files.get(table, []), form, columns) for table, columns in TABLES.items()}


def digest(connection, paths, form, columns):
    if not paths:
        raise Failed("a table is missing")
    names = ", ".join(f"'{path}'" for path in paths)
    if form == "csv":
        source = f"read_csv([{names}], header=true, all_varchar=true, delim=',', quote='\"', escape='\"', union_by_name=true)"
    else:
        types = ", ".join(f"'{name}': 'VARCHAR'" for name in columns)
        source = f"read_json([{names}], format='newline_delimited', columns={{{types}}})"
    values = [spelling.format(name) for name, spelling in columns.items()]
    sums = [f"sum(hash({value})::HUGEINT)::VARCHAR" for value in (", ".join(values), *values)]
    rows, whole, *single = connection.execute(f"SELECT count(*), {', '.join(sums)} FROM {source}").fetchone()
    return {"rows": rows, "checksum": whole, "columns": dict(zip(columns, single))}


class Judge:
    """Holds what each program wrote against what the first one did."""

    def __init__(self, records):
        self.records, self.first, self.first_name = records, None, None

    def check(self, program, folder):
        for form in program.formats:
            self.compare(f"{program.name} ({form})", digests(program.files(folder, form), form))

    def compare(self, name, found):
        if found["requests"]["rows"] != self.records:
            raise Failed(f"{name}: {found['requests']['rows']} rows in requests, expected {self.records}")
        if self.first is None:
            self.first, self.first_name = found, name
        for table, expected in self.first.items():
            if found[table] != expected:
                columns = [column for column, checksum in expected["columns"].items() if found[table]["columns"][column] != checksum]
                raise Failed(f"{name}, table {table}: {found[table]['rows']} rows against {expected['rows']} of {self.first_name}; "
                             f"columns that differ: {', '.join(columns) or 'none alone'}")

    def tables(self):
        return {table: {"rows": found["rows"], "checksum": found["checksum"]} for table, found in (self.first or {}).items()}


def check_lines(path, records):
    with open(path, "rb") as file:
        lines = sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))
    if lines != records:
        raise Failed(f"{path}: {lines} lines, expected {records}")
