"""The lake that is handed to warehouses: a few days of an API in which everything changes that may change."""

import json
import os
from contextlib import contextmanager

import nasty
from loopback import serving

NAME = "shop"
DAYS = [f"2026010{day}T020000Z-00000{day}" for day in range(1, 7)]

# By resource: how its rows become a table's, and the key.
RULES = {
    "orders": ("merge", ["id"]), "things": ("merge", ["kind", "number"]), "keys": ("merge", ["id"]), "drift": ("merge", ["id"]),
    "values": ("merge", ["id"]), "events": ("append", []), "users": ("replace", []), "kept": ("replace", []),
}
# `things` was appended to before this day, and of `orders` all was read anew on that one.
MERGED_SINCE = {"things": DAYS[2]}
READ_ANEW = {"orders": DAYS[4]}

# What the columns of `drift` hold on the first days, and what they become.
DRIFT = {
    "to_double": ["7", "0.5", "-3", "1e300"],
    "to_decimal": ["9007199254740993", "9223372036854775808", "0.1", "12345678901234567890.123456789"],
    "over_double": ["4.35", "9223372036854775808", "1.1", "0.3"],
    "to_text": ["9223372036854775807", '"a9"', '"00012"', '""'],
    "double_to_text": ["0.1", '"many"', "2.5", "null"],
    "flag_to_text": ["true", '"yes"', "false", "null"],
    "day_to_text": ['"2024-02-29"', '"someday"', '"2024-03-01"', "null"],
    "clock_to_text": ['"01:02:03.5"', '"noon"', "null", '"04:05:06"'],
    "moment_to_text": ['"2024-01-02T03:04:05.25+05:30"', '"once"', '"2024-01-02T03:04:05Z"', "null"],
    "local_to_text": ['"2024-01-02T03:04:05"', '"never"', '"2024-01-02 03:04:05.000001"', "null"],
    "from_nothing": ["null", '"2024-01-02"', "null", '"2024-01-05"'],
    "select": ["null", "1", '"from"', "true"],
}


def definition(base, day):
    keyed = {"orders": "id", "things": ["kind", "number"], "keys": "id", "drift": "id", "values": "id"}
    written = {name: rule for name, (rule, _) in RULES.items()}
    if DAYS[day] < MERGED_SINCE["things"]:
        written["things"] = "append"
    resources = []
    for name in RULES:
        many = len(pages(day)[f"/{name}"]) > 1
        resource = {"name": name, "write_disposition": written[name],
                    "endpoint": {"path": name, "paginator": "header_link" if many else "single_page"}}
        if name in keyed:
            resource["primary_key"] = keyed[name]
        resources.append({**resource, **({"max_table_nesting": 0} if name == "kept" else {})})
    return {"name": NAME, "client": {"base_url": base}, "resources": resources}


def pages(day):
    """Path → pages of that day."""
    nasty_rows = list(nasty.records())
    return {
        "/orders": [text(orders(day)[:4]), text(orders(day)[4:])] if day == 3 else [text(orders(day))],
        "/things": [text([{"kind": kind, "number": number, "day": day, "parts": [{"n": day}]} for kind in "ab" for number in range(day + 1)])],
        "/keys": [text([{"id": "x1" if day == 2 and n == 0 else n, "day": day, "tags": [f"t{day}"]} for n in range(3)])],
        "/drift": [nasty.page([drift(min(day, 3), n) for n in (day, day + 1)])],
        # A part of them comes again, with other children.
        "/values": [nasty.page(nasty_rows if day == 0 else nasty_rows[day:day * 5])],
        "/events": [text([{"at": f"2026-01-0{day + 1}T00:00:0{n}Z", "what": n if day == 0 else f"e{n}", "seen": [{"by": n}]} for n in range(3)])],
        "/users": [text(users(day)[:2]), text(users(day)[2:])],
        "/kept": [nasty.page(list(nasty.kept_records())[day % 2:])],
    }


def orders(day):
    """Those of the last three days, each changed by the day; columns and children come and go."""
    found = []
    for number in range(max(0, day * 2 - 3), day * 2 + 4):
        order = {"id": f"o{number}", "day": day, "price": number * 10 if day == 0 else number + 0.25}
        order["items"] = [{"sku": f"s{n}", "notes": [f"d{day}", ""], "count": n} for n in range((number + day) % 3)]
        if day > 0:
            order["note"] = None if number % 2 else "O'Neil \\ \"quoted\""
            order["customer"] = {"name": f"c{number}", "big": 9223372036854775807 - number}
        found.append(order)
    return found


def users(day):
    return [{"name": f"u{n}", "day": day, **({"roles": ["r"] * n, "extra": n} if day != 2 else {})} for n in range(day + 3)]


def drift(day, number):
    return "{" + ", ".join([f'"id": {number}'] + [f'"{key}": {values[day]}' for key, values in DRIFT.items()]) + "}"


def text(records):
    return json.dumps(records, ensure_ascii=False).encode("utf-8")


class Shop:
    """The API, a day at a time."""

    def __init__(self, program, folder, lake, documents, base):
        self.program, self.lake, self.documents, self.base = program, lake, documents, base
        self.path = os.path.join(folder, f"{NAME}.json")

    def export(self, day):
        """A load. That of the fourth day is partial; the fifth reads one resource anew; from the third on files are packed."""
        options = ["--compress", "gzip"] if day >= 2 else []
        options += ["--max-pages", "1"] if day == 3 else []
        options += ["--full-refresh", "--resource", "orders"] if day == 4 else []
        self.documents.update(pages(day))
        with open(self.path, "w", encoding="utf-8") as file:
            json.dump(definition(self.base, day), file)
        self.program.run("export", self.path, "--lake", self.lake, "--load-id", DAYS[day], "--quiet", *options, expect=2 if day == 3 else 0)


@contextmanager
def shop(program, folder, lake):
    documents = {}
    with serving(documents) as base:
        yield Shop(program, folder, lake, documents, base)
