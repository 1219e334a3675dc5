"""Every leaf value of every record, with its place: as the API sent it, and as the lake holds it.

A place is (number of the record, steps), where a step is a key or the index in an array:
`(0, ("tags", 2, "name"))`. Empty objects and arrays have no leaves. A value that the lake keeps as JSON is one leaf.
"""

import re

from lexemes import ABSENT

UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def compare_leaves(outcome, dataset, load, resource, records):
    """Every leaf of the records must be in the lake, at its place, with its characters; and nothing else."""
    found = leaves_of_lake(dataset, load, resource)
    kept = {pattern(steps) for (_, steps), (kind, _) in found.items() if kind == "json"}
    expected = {}
    for number, record in enumerate(records):
        collect(record, number, (), kept, expected)
    for place in expected.keys() - found.keys():
        outcome.differ(f"{resource}, record {place[0] + 1}, {named(place[1])}", expected[place], ABSENT)
    for place in found.keys() - expected.keys():
        outcome.differ(f"{resource}, record {place[0] + 1}, {named(place[1])}", ABSENT, found[place])
    for place in expected.keys() & found.keys():
        kind, cell = found[place]
        outcome.same(f"{resource}, record {place[0] + 1}, {named(place[1])} ({kind})", stored(expected[place], kind), cell)
    outcome.count("leaves", len(expected))
    outcome.count("records", len(records))


def collect(value, number, steps, kept, into):
    """Puts the leaves below `steps` of a record into `into`; what stands at a place of `kept` is one leaf."""
    if steps and pattern(steps) in kept:
        into[number, steps] = value
    elif isinstance(value, dict):
        for key, member in value.items():
            collect(member, number, (*steps, key), kept, into)
    elif isinstance(value, list):
        for index, element in enumerate(value):
            collect(element, number, (*steps, index), kept, into)
    else:
        into[number, steps] = value


def pattern(steps):
    """A place with None for every index."""
    return tuple(None if isinstance(step, int) else step for step in steps)


def stored(value, kind):
    """What a JSONL cell of this type must be: numbers and booleans become text where the column holds texts."""
    if kind == "json":
        return sanitized(value)
    if value is None:
        return None
    if kind in ("text", "decimal"):
        text = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
        return UNSTORABLE.sub("\ufffd", text)
    return value


def sanitized(value):
    """Inside kept JSON too, what loaders refuse is replaced."""
    if isinstance(value, dict):
        return {UNSTORABLE.sub("\ufffd", key): sanitized(member) for key, member in value.items()}
    if isinstance(value, list):
        return [sanitized(element) for element in value]
    return UNSTORABLE.sub("\ufffd", value) if type(value) is str else value


def leaves_of_lake(dataset, load, resource):
    """{place: (type of the column, cell)}, read from the JSONL files of one load."""
    places, leaves = {}, {}
    parts = [part for part in dataset.parts if part.load == load and part.schema.resource == resource]
    for part in sorted(parts, key=lambda part: (len(part.schema.path), part.name)):
        schema, names = part.schema, part.schema.names
        for row in part.jsonl_rows():
            system = dict(zip(names, row[:5]))
            number = int(system["_row_number"])
            place = child_place(dataset, places, schema, system) if schema.parent else (number - 1, ())
            places[schema.table, number] = place
            for column, cell in zip(schema.columns, row):
                if column.path is not None and cell is not ABSENT:
                    leaves[place[0], place[1] + column.path[len(schema.path):]] = (column.type, cell)
    return leaves


def child_place(dataset, places, schema, system):
    record, steps = places[schema.parent, int(system["_parent_row_number"])]
    if record != int(system["_root_row_number"]) - 1:
        raise ValueError(f"{schema.table}: row {system['_row_number']} has another root than its parent")
    below = schema.path[len(steps):]
    return record, (*steps, *below[:-1], int(system["_list_index"]))


def named(steps):
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
