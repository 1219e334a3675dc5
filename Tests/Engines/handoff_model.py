"""Which rows a destination must hold, by rules of this file alone; and whether a cell there is the lake's."""

from decimal import Decimal

from handoff_lake import MERGED_SINCE, READ_ANEW, RULES
from lexemes import ABSENT, Number
from tables import plain as by_value
from values import READERS, bits, plain_of_jsonl


class Model:
    """The rows of some loads, as they count together. `dataset` is the lake at that time."""

    def __init__(self, dataset, loads):
        self.dataset = dataset
        self.loads = {load["load_id"]: load for load in dataset.loads}
        self.chosen = loads
        self.tables = {}
        for name in dataset.tables:
            self.tables[name] = {(row["_load_id"], row["_row_number"]): row for row in self.rows(name)}
        for resource, rule in RULES.items():
            self.settle(resource, *rule)

    def rows(self, table):
        """Cells with the type that they were written with."""
        for part in self.dataset.table(table):
            if part.load not in self.loads_of(part.schema.resource):
                continue
            for cells in part.jsonl_rows():
                row = {c.name: (c.type, None if cell is ABSENT else cell) for c, cell in zip(part.schema.columns, cells)}
                yield {**row, "_load_id": row["_load_id"][1], **{name: int(row[name][1]) for name in row if name.endswith("_row_number")}}

    def loads_of(self, resource):
        if RULES[resource][0] != "replace":
            return [load for load in self.chosen if load >= READ_ANEW.get(resource, "") or READ_ANEW[resource] not in self.loads]
        whole = [load for load, record in self.loads.items() if any(r["name"] == resource and r["outcome"] == "complete" for r in record["resources"])]
        return whole[-1:]

    def settle(self, resource, disposition, key):
        root = self.tables.get(resource)
        if root is None or disposition != "merge":
            return
        for place in sorted(root):
            row = root[place]
            if row["_load_id"] >= MERGED_SINCE.get(resource, ""):
                for other in [other for other in root if other < place and all(same_key(root[other][name], row[name]) for name in key)]:
                    del root[other]
        for name, schema in self.newest().items():
            if schema.resource == resource and schema.parent is not None:
                self.tables[name] = {place: row for place, row in self.tables[name].items() if (row["_load_id"], row["_root_row_number"]) in root}

    def newest(self):
        current = {name: table["current_version"] for name, table in self.dataset.manifest["tables"].items()}
        return {name: self.dataset.schemas[name, version] for name, version in current.items()}


def same_key(one, other):
    return str(one[1]) == str(other[1])


def is_same(cell, now, found, engine):
    """Whether what an engine holds in a column of type `now` is a cell of the lake."""
    own, value = cell
    if value is None or found is None:
        return value is None and found is None
    if own == now == "double":
        wanted = plain_of_jsonl(own, value)
        return wanted == found or (not engine.keeps_negative_zero and wanted == bits(-0.0) and found == bits(0.0))
    if own == now:
        wanted = plain_of_jsonl(own, value)
        if now == "json":
            return rounded(wanted) == found if engine.rounds_json else by_value(wanted) == by_value(found)
        return wanted == found
    if now == "double":
        return bits(float(value)) == found
    if now == "decimal":
        return Decimal(value) == found
    return is_same_text(own, value, found)


def rounded(cell):
    """Numbers as doubles."""
    if isinstance(cell, Number):
        return float(cell)
    if isinstance(cell, dict):
        return {key: rounded(member) for key, member in cell.items()}
    return [rounded(element) for element in cell] if isinstance(cell, list) else cell


def is_same_text(own, value, found):
    """A number, a moment or a flag that has become text: as an engine writes it."""
    if own == "boolean":
        return found == ("true" if value else "false")
    if own in ("bigint", "double", "decimal"):
        return Decimal(found) == Decimal(value)
    if own == "timestamp":
        return READERS[own](with_zone(found)) == READERS[own](str(value))
    return READERS[own](found) == READERS[own](str(value))


def with_zone(text):
    """`2024-01-01 21:34:05.25+00` as `…+00:00`"""
    return text + ":00" if text[-3] in "+-" else text
