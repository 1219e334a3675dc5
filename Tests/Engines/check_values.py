"""Nasty values: what an API sends character by character must be what Python, DuckDB and PostgreSQL read."""

import json
import os
from decimal import Decimal

import duck
import nasty
from compare import compare
from leaves import compare_leaves
from lake import Dataset
from lexemes import Number, read_json
from loopback import serving
from outcome import Outcome

LOADS = ("20260105T020000Z-00000a", "20260106T020000Z-00000b")
# What changes from the first load to the second: the first and the second page of a resource, and what its columns become.
DRIFT = {
    "to_decimal": ("9223372036854775807", "9223372036854775808"),
    "to_text": ("9223372036854775807", '"a9"'),
    "to_double": ("9007199254740992", "0.5"),
    "from_nothing": ("null", '"2024-01-02"'),
    "number_to_text": ("1E5", '"many"'),
    "flag_to_text": ("true", '"yes"'),
    "day_to_text": ('"2024-02-29"', '"someday"'),
}


def definition(base):
    return {
        "name": "nasty",
        "client": {"base_url": base, "paginator": {"type": "single_page"}},
        "resources": [
            {"name": "values", "endpoint": "values"},
            {"name": "kept", "endpoint": "kept", "max_table_nesting": 0},
            {"name": "drift", "endpoint": "drift"},
            {"name": "crowded", "endpoint": "crowded"},
        ],
    }


def served():
    """Path → page bytes of the first load."""
    pages = {"values": nasty.page(nasty.records()), "kept": nasty.page(nasty.kept_records()), "drift": drift(0), "crowded": nasty.page(nasty.CROWDED)}
    return {f"/{name}": [page] for name, page in pages.items()}


def export(program, folder, lake):
    """Two loads of the dataset `nasty`; the second finds other values in `drift`."""
    documents = served()
    with serving(documents) as base:
        path = os.path.join(folder, "nasty.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(definition(base), file)
        program.run("export", path, "--lake", lake, "--load-id", LOADS[0], "--quiet")
        documents["/drift"] = [drift(1)]
        program.run("export", path, "--lake", lake, "--load-id", LOADS[1], "--quiet")


def check(program, folder, server):
    outcome = Outcome("values")
    lake = os.path.join(folder, "values")
    export(program, folder, lake)
    dataset = Dataset(lake, "nasty")
    for path, (page,) in served().items():
        compare_leaves(outcome, dataset, LOADS[0], path.removeprefix("/"), read_json(page.decode("utf-8")))
    compare_leaves(outcome, dataset, LOADS[1], "drift", read_json(drift(1).decode("utf-8")))
    check_types(outcome, dataset)
    engine = duck.connect()
    for part in dataset.parts:
        compare(outcome, part, engine, server)
    check_versions_together(outcome, program, lake, engine)
    return outcome.close()


def drift(day):
    return nasty.page(["{" + ", ".join(f'"{key}": {values[day]}' for key, values in DRIFT.items()) + "}"])


def check_types(outcome, dataset):
    """The narrowest type that holds each column's values without losing a digit."""
    schema = dataset.schemas["values", 1]
    expected = {
        "words": "text", "whole": "bigint", "exact": "decimal", "beyond": "text", "rough": "double", "flag": "boolean", "day": "date",
        "clock": "time", "moment": "timestamp", "local": "timestamp_ntz", "mixed": "text", "stamps": "text", "nothing": "unknown"}
    found = {column.name: column.type for column in schema.columns}
    outcome.same("types of values", expected, {name: found.get(name) for name in expected})
    outcome.same("type of kept.list", "json", {c.name: c.type for c in dataset.schemas["kept", 1].columns}.get("list"))


def check_versions_together(outcome, program, lake, engine):
    """The statement that `restlake schema` prints reads both versions of a table together."""
    statement = duck.printed_statement(program, lake, "nasty", "drift")
    found = engine.execute(f"SELECT {', '.join(f'{name}::VARCHAR' for name in DRIFT)} FROM ({statement}) ORDER BY _load_id").fetchall()
    for day, row in enumerate(found):
        for name, cell in zip(DRIFT, row):
            expected = read_json(DRIFT[name][day])
            # A number that was written as one is read anew: its value counts, 1E5 may come as 100000.0.
            same = number(expected) == number(cell) if isinstance(expected, Number) else word(expected) == cell
            if not same:
                outcome.differ(f"drift, load {day + 1}, {name}, by the printed statement", expected, cell)
            outcome.count("cells of two versions together")


def number(text):
    return None if text is None else Decimal(text)


def word(value):
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value
