"""JSON and CSV as the lake writes them, read by rules of this file alone, keeping every character of every value.

A cell is one of: ABSENT (JSONL only), None, a bool, a Number (the characters of a number), a str, a list or a dict.
"""

import json
import re


class Number(str):
    """A number as it stands in the text: 1.0 and 1.00 are two, and 1 is not "1"."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other):
        return type(other) is Number and str.__eq__(self, other)

    def __ne__(self, other):
        return not self == other

    def __repr__(self):
        return str(self)


class Absent:
    def __repr__(self):
        return "absent"


ABSENT = Absent()


def refuse_constant(name):
    raise ValueError(f"{name} is no JSON")


def unique_keys(pairs):
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return record


def read_json(text):
    return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=refuse_constant, object_pairs_hook=unique_keys)


def read_jsonl(data):
    """The records of JSONL bytes. LF ends each line; nothing else does."""
    if not data:
        return []
    if not data.endswith(b"\n"):
        raise ValueError("the last line has no end")
    return [read_json(line.decode("utf-8")) for line in data[:-1].split(b"\n")]


# A field in quotes or without, and what ends it. A CR without quotes is not allowed, so that no reader splits there.
FIELD = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\r\n]*))([,\n])')


def read_csv(data):
    """Header and rows of CSV bytes: an unquoted empty field is None, a quoted one is ""."""
    text = data.decode("utf-8")
    if text.startswith("\ufeff"):
        raise ValueError("the file begins with a byte order mark")
    rows, row, at = [], [], 0
    while at < len(text):
        field = FIELD.match(text, at)
        if field is None:
            raise ValueError(f"no CSV field at character {at}: {text[at:at + 40]!r}")
        quoted, bare, end = field.groups()
        row.append(quoted.replace('""', '"') if quoted is not None else (bare or None))
        if end == "\n":
            rows.append(row)
            row = []
        at = field.end()
    if row:
        raise ValueError("the last row has no end")
    return rows[0], rows[1:]
