"""The script that a good engineer writes in an afternoon: orjson, flattening in Python, the csv module.

    orjson_peer.py PORT PATH jsonl|csv FOLDER
"""

import csv
import http.client
import os
import re
import sys

import orjson

port, path, form, folder = sys.argv[1:]
WORD = re.compile("([^_])([A-Z][a-z]+)")
CAPITAL = re.compile("([a-z0-9])([A-Z])")
OTHER = re.compile("[^A-Za-z0-9_]+")
names, files, writers = {}, {}, {}


def snake_case(key):
    name = names.get(key)
    if name is None:
        name = names[key] = CAPITAL.sub(r"\1_\2", WORD.sub(r"\1_\2", OTHER.sub("_", key))).lower()
    return name


def flatten(value, prefix, row, lists):
    for key, item in value.items():
        name = prefix + snake_case(key)
        if type(item) is dict:
            flatten(item, name + "__", row, lists)
        elif type(item) is list:
            lists.append((name, item))
        elif item is not None:
            row[name] = item


def add(tables, table, value, parent, index):
    row, lists = {}, []
    flatten(value, "", row, lists)
    identity = row.get("_id") or f"{parent}_{table}_{index}"
    if parent is not None:
        row["_parent_id"], row["_list_index"] = parent, index
    tables.setdefault(table, []).append(row)
    for name, items in lists:
        for place, item in enumerate(items):
            add(tables, f"{table}__{name}", item if type(item) is dict else {"value": item}, identity, place)


def pages():
    connection = http.client.HTTPConnection("127.0.0.1", int(port))
    page = 1
    while True:
        connection.request("GET", f"{path}?page={page}")
        records = orjson.loads(connection.getresponse().read())["data"]["results"]
        if not records:
            return
        yield records
        page += 1


def write_jsonl(table, rows):
    if table not in files:
        files[table] = open(f"{folder}/{table}.jsonl", "wb")
    files[table].write(b"".join([orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows]))


def write_csv(table, rows):
    if table not in files:
        # The header is what the first page has: what comes later is lost.
        files[table] = open(f"{folder}/{table}.csv", "w", newline="", encoding="utf-8")
        columns = {}
        for row in rows:
            columns.update(dict.fromkeys(row))
        writers[table] = csv.DictWriter(files[table], list(columns), extrasaction="ignore")
        writers[table].writeheader()
    writers[table].writerows(rows)


os.makedirs(folder)
for records in pages():
    tables = {}
    for record in records:
        add(tables, "requests", record, None, 0)
    for table, rows in tables.items():
        (write_jsonl if form == "jsonl" else write_csv)(table, rows)
for file in files.values():
    file.close()
