"""One part, read by Python, DuckDB and PostgreSQL: every cell of both files must be the same value to all."""

import csv
import io
from decimal import Decimal

import duck
import postgres
from lexemes import Number, read_json
from values import plain, plain_of_jsonl


def compare(outcome, part, engine, server=None):
    """Compares everything about a part; gives its rows as `values.py` puts them."""
    expected = python_rows(outcome, part)
    outcome.count("parts")
    for form in ("jsonl", "csv"):
        outcome.same(f"{part.files[form]['path']}: rows in the load record", part.files[form]["rows"], len(expected))
        wanted, found = by_number(part, expected), by_number(part, of_duck(part, duck.rows(engine, part, form)))
        same_cells(outcome, part, f"DuckDB, {form}", wanted, found)
        if server is not None:
            same_cells(outcome, part, f"PostgreSQL, {form}", expected, of_postgres(part, server.rows(part, form)))
    outcome.same(f"{part.name}: rows that DuckDB reads from one file only", 0, duck.rows_that_differ(engine, part))
    numbers = [row[part.schema.names.index("_row_number")] for row in expected]
    outcome.same(f"{part.name}: loads", {part.load}, {row[0] for row in expected})
    outcome.same(f"{part.name}: row numbers rise by one", list(range(numbers[0], numbers[0] + len(numbers))), numbers)
    return expected


def python_rows(outcome, part):
    """The values of the JSONL file; those of the CSV file must be the same, to the character."""
    kinds = [column.type for column in part.schema.columns]
    cells, fields = part.jsonl_rows(), part.csv_rows()
    expected = [[plain_of_jsonl(kind, cell) for kind, cell in zip(kinds, row)] for row in cells]
    same_cells(outcome, part, "Python, csv", expected, [[plain(kind, text) for kind, text in zip(kinds, row)] for row in fields])
    same_cells(outcome, part, "characters", [[characters(cell) for cell in row] for row in cells],
               [[text if kind != "json" else characters(plain(kind, text)) for kind, text in zip(kinds, row)] for row in fields])
    # The module of Python's library knows no NULL.
    library = list(csv.reader(io.StringIO(part.bytes("csv").decode(), newline="")))[1:]
    same_cells(outcome, part, "Python's csv module", [[text or "" for text in row] for row in fields], library)
    return expected


def characters(cell):
    """A JSONL cell as CSV must write it."""
    if cell is True or cell is False:
        return "true" if cell else "false"
    if isinstance(cell, (Number, str)):
        return str(cell)
    return cell if isinstance(cell, (list, dict)) else None


def same_cells(outcome, part, reader, expected, found):
    """Compares row by row, cell by cell where a row differs, and counts the cells."""
    if not outcome.same(f"{part.name}: {reader}, rows", len(expected), len(found)):
        return
    for number, (wanted, got) in enumerate(zip(expected, found), 1):
        if list(wanted) == list(got):
            continue
        for column, a, b in zip(part.schema.columns, wanted, got):
            outcome.same(f"{part.name}: {reader}, row {number}, column {column.name} ({column.type})", a, b)
    outcome.count(f"cells ({reader})", len(expected) * len(part.schema.columns))


def of_duck(part, rows):
    return changed(part, rows, read_json)


def by_number(part, rows):
    """DuckDB writes the numbers inside JSON anew (1.50 as 1.5): there it is their value that counts."""
    return changed(part, rows, numbers)


def changed(part, rows, change):
    """The rows with what `change` makes of their JSON cells."""
    places = {i for i, column in enumerate(part.schema.columns) if column.type == "json"}
    if not places:
        return rows
    return [[change(cell) if i in places and cell is not None else cell for i, cell in enumerate(row)] for row in rows]


def numbers(value):
    if isinstance(value, dict):
        return {key: numbers(member) for key, member in value.items()}
    if isinstance(value, list):
        return [numbers(element) for element in value]
    return ("number", Decimal(value)) if type(value) is Number else value


def of_postgres(part, rows):
    kinds = [column.type for column in part.schema.columns]
    return [[postgres.plain(kind, text) for kind, text in zip(kinds, row)] for row in rows]
