"""What a cell must be once an engine has read it with its column's type: one plain form, the same for every engine.

bigint → int · double → its 8 bytes · decimal → Decimal · times → microseconds or days since 1970 · json → read with its
characters kept · everything else as it stands.
"""

import re
import struct
from datetime import date
from decimal import Decimal

from lexemes import ABSENT, Number, read_json

EPOCH = date(1970, 1, 1).toordinal()
TIME = re.compile(r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?")
MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](.+?))?(Z|[+-]\d\d:\d\d)?")


def bits(number):
    return struct.pack(">d", number)


def microseconds(text):
    hours, minutes, seconds, fraction = TIME.fullmatch(text).groups()
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1_000_000 + int((fraction or "").ljust(6, "0"))


def days(text):
    year, month, day = (int(part) for part in text.split("-"))
    return date(year, month, day).toordinal() - EPOCH


def instant(text):
    """Microseconds since 1970; a moment without a zone counts as UTC. No datetime: +14:00 in year 1 is before year 1."""
    year, month, day, time, zone = MOMENT.fullmatch(text).groups()
    at = days(f"{year}-{month}-{day}") * 86_400_000_000 + microseconds(time)
    if zone in (None, "Z"):
        return at
    shift = (int(zone[1:3]) * 60 + int(zone[4:6])) * 60_000_000
    return at - shift if zone[0] == "+" else at + shift


READERS = {
    "text": str, "unknown": str, "bigint": int, "decimal": Decimal, "double": lambda text: bits(float(text)),
    "boolean": lambda text: {"true": True, "false": False}[text], "json": read_json,
    "timestamp": instant, "timestamp_ntz": instant, "date": days, "time": microseconds,
}


def plain(kind, text):
    """The plain form of a field's characters; None stays None."""
    return None if text is None else READERS[kind](text)


def plain_of_jsonl(kind, cell):
    """The plain form of a JSONL cell, which must have the JSON kind of its column's type."""
    if cell is ABSENT or cell is None:
        return None
    if kind == "json":
        return cell
    if kind == "boolean":
        expected = bool
    else:
        expected = Number if kind in ("bigint", "double") else str
    if type(cell) is not expected:
        raise ValueError(f"a {kind} is written as {type(cell).__name__}: {cell!r}")
    return cell if kind == "boolean" else READERS[kind](str(cell))
