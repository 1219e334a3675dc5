"""Tables as dlt and as restlake made them of the same records, in one form, and how they differ."""

import glob
import json
import os
import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from lexemes import ABSENT, Number, read_jsonl

MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?")


class Table:
    """Columns by name with their type, apart from those that the program adds; rows by place.

    A place is the number of the record and an index for each array down to the row: it is the same for both programs.
    """

    def __init__(self, columns, added, is_child):
        self.columns = columns
        self.added = added
        self.is_child = is_child
        self.rows = {}


def of_dlt(folder):
    """{name: Table} of what `dlt_load.py` left in a folder."""
    with open(os.path.join(folder, "schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    tables, places = {}, {}
    mine = {name: table for name, table in schema["tables"].items() if not name.startswith("_dlt")}
    for name in sorted(mine, key=lambda name: depth(mine, name)):
        typed = {column: facts["data_type"] for column, facts in mine[name]["columns"].items() if "data_type" in facts}
        added = [column for column in typed if column.startswith("_dlt_")]
        table = Table({column: typed[column] for column in typed if column not in added}, added, "parent" in mine[name])
        for row in rows_of_dlt(folder, name):
            parent = row.get("_dlt_parent_id")
            place = (len(table.rows),) if parent is None else (*places[parent], int(row["_dlt_list_idx"]))
            places[row["_dlt_id"]] = place
            table.rows[place] = {column: row.get(column, ABSENT) for column in table.columns}
        # A table without a row and without a column is no table in any warehouse.
        if table.rows or table.columns:
            tables[name] = table
    return tables


def depth(tables, name):
    parent = tables[name].get("parent")
    return 0 if parent is None else 1 + depth(tables, parent)


def rows_of_dlt(folder, table):
    for path in sorted(glob.glob(os.path.join(folder, "lake", "tables", table, "*.jsonl"))):
        with open(path, "rb") as file:
            data = file.read()
        yield from read_jsonl(data if data.endswith(b"\n") or not data else data + b"\n")


def of_restlake(dataset):
    """{name: Table} of a dataset with one load."""
    tables, places = {}, {}
    for part in sorted(dataset.parts, key=lambda part: (len(part.schema.path), part.name)):
        newest = dataset.schemas[part.table, dataset.manifest["tables"][part.table]["current_version"]]
        own = {column.name: column.type for column in newest.columns if column.path is not None}
        added = [column.name for column in newest.columns if column.path is None]
        table = tables.setdefault(part.table, Table(own, added, newest.parent is not None))
        for cells in part.jsonl_rows():
            row = dict(zip(part.schema.names, cells))
            number = int(row["_row_number"])
            parent = part.schema.parent
            place = (number - 1,) if parent is None else (*places[parent, int(row["_parent_row_number"])], int(row["_list_index"]))
            places[part.table, number] = place
            table.rows[place] = {column: row.get(column, ABSENT) for column in own}
    return tables


def differences(dlt, ours):
    """A line for every difference."""
    lines = [f"{name}: table of dlt only, {len(dlt[name].rows)} rows" for name in sorted(dlt.keys() - ours.keys())]
    lines += [f"{name}: table of restlake only, {len(ours[name].rows)} rows" for name in sorted(ours.keys() - dlt.keys())]
    for name in sorted(dlt.keys() & ours.keys()):
        lines += of_rows(name, dlt[name], ours[name])
        lines += of_columns(name, dlt[name], ours[name])
        for column in dlt[name].columns:
            if column in ours[name].columns:
                lines += of_cells(name, column, dlt[name], ours[name])
        kind = "child" if ours[name].is_child else "root"
        lines.append(f"{kind} tables: {', '.join(dlt[name].added)} in dlt, {', '.join(ours[name].added)} in restlake")
    return list(dict.fromkeys(lines))


def of_rows(name, dlt, ours):
    lines = [f"{name}{list(place)}: row of dlt only" for place in sorted(dlt.rows.keys() - ours.rows.keys())]
    return lines + [f"{name}{list(place)}: row of restlake only" for place in sorted(ours.rows.keys() - dlt.rows.keys())]


def of_columns(name, dlt, ours):
    lines = [f"{name}.{column}: column of dlt only, {kind}" for column, kind in dlt.columns.items() if column not in ours.columns]
    lines += [f"{name}.{column}: column of restlake only, {kind}" for column, kind in ours.columns.items() if column not in dlt.columns]
    for column, kind in ours.columns.items():
        theirs = dlt.columns.get(column, kind)
        if theirs != {"boolean": "bool"}.get(kind, kind):
            lines.append(f"{name}.{column}: {theirs} in dlt, {kind} in restlake")
    both = dlt.columns.keys() & ours.columns.keys()
    if [column for column in dlt.columns if column in both] != [column for column in ours.columns if column in both]:
        lines.append(f"{name}: another order of columns")
    return lines


def of_cells(name, column, dlt, ours):
    lines = []
    kind, theirs = ours.columns[column], dlt.columns[column]
    for place in sorted(dlt.rows.keys() & ours.rows.keys()):
        a, b = dlt.rows[place][column], ours.rows[place][column]
        if a is ABSENT and b is None:
            lines.append(f"{name}.{column}: null in restlake, absent in dlt")
        elif a is not b and not same(theirs, a, kind, b):
            lines.append(f"{name}.{column}{list(place)}: {shown(a)} in dlt, {shown(b)} in restlake")
    return lines


def shown(cell):
    return "absent" if cell is ABSENT else json.dumps(cell) if not isinstance(cell, Number) else str(cell)


def same(theirs, a, kind, b):
    """Whether two cells are one value, however it is spelled."""
    if a is ABSENT or b is ABSENT or a is None or b is None:
        return False
    if theirs == "timestamp" and kind in ("timestamp", "timestamp_ntz", "text"):
        return instant(a) is not None and instant(a) == instant(b)
    if isinstance(a, Number) and not isinstance(b, (bool, list, dict)):
        return value(a) == value(b)
    if isinstance(a, (list, dict)) or isinstance(b, (list, dict)):
        return plain(a) == plain(b)
    # A column that became text holds the characters that the API sent.
    return a == b or (kind == "text" and b == {True: "true", False: "false"}.get(a))


def value(text):
    """The exact value of a number; the text itself where it is none."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return text


def plain(cell):
    if isinstance(cell, dict):
        return {key: plain(member) for key, member in cell.items()}
    return [plain(element) for element in cell] if isinstance(cell, list) else value(cell) if isinstance(cell, Number) else cell


def instant(text):
    """Seconds in UTC and the fraction, to the last digit; no zone counts as UTC. None where it is no moment."""
    found = MOMENT.fullmatch(text)
    if found is None:
        return None
    day, time, fraction, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{time}{'+00:00' if zone in (None, 'Z') else zone}")
    except ValueError:
        return None
    return (moment - datetime(1, 1, 1, tzinfo=timezone.utc)) // timedelta(seconds=1), Decimal("0." + (fraction or "0"))
