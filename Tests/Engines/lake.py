"""The documents and data files of one dataset, read as anybody could read them."""

import gzip
import json
import os
import re

import lexemes
from lexemes import ABSENT

STEP = re.compile(r"\.([A-Za-z0-9_]+)|\[(\*)\]|\['((?:[^'\\]|\\.)*)'\]")


def steps(path):
    """`$.tags[*]['odd key']` as ("tags", None, "odd key"); None is any element of an array."""
    found, at = [], 1
    while at < len(path):
        step = STEP.match(path, at)
        if step is None:
            raise ValueError(f"not the path of a column: {path}")
        plain, element, quoted = step.groups()
        found.append(plain if plain is not None else None if element else re.sub(r"\\(.)", r"\1", quoted, flags=re.S))
        at = step.end()
    return tuple(found)


class Column:
    def __init__(self, document):
        self.name = document["name"]
        # decimal(38,9) → decimal
        self.type = document["type"].partition("(")[0]
        self.path = steps(document["path"]) if "path" in document else None


class Schema:
    """One version of a table."""

    def __init__(self, document):
        self.table = document["table"]
        self.resource = document["resource"]
        self.parent = document["parent"]
        self.path = steps(document["path"])
        self.version = document["version"]
        self.columns = [Column(column) for column in document["columns"]]

    @property
    def names(self):
        return [column.name for column in self.columns]


class Part:
    """The two files of a part, JSONL and CSV, with what the load record says of each."""

    def __init__(self, dataset, load, table, version, files):
        self.dataset, self.load, self.table, self.version, self.files = dataset, load, table, version, files
        self.schema = dataset.schemas[table, version]
        self.name = files["jsonl"]["path"]

    def path(self, form):
        return os.path.join(self.dataset.folder, self.files[form]["path"])

    def bytes(self, form):
        with open(self.path(form), "rb") as file:
            data = file.read()
        return gzip.decompress(data) if self.files[form]["compression"] == "gzip" else data

    def jsonl_rows(self):
        """A list of cells per line; keys must stand in the order of the columns."""
        names = self.schema.names
        order = {name: i for i, name in enumerate(names)}
        rows = []
        for record in lexemes.read_jsonl(self.bytes("jsonl")):
            places = [order[key] for key in record]
            if places != sorted(places):
                raise ValueError(f"{self.name}: keys are not in the order of the columns")
            rows.append([record.get(name, ABSENT) for name in names])
        return rows

    def csv_rows(self):
        header, rows = lexemes.read_csv(self.bytes("csv"))
        if header != self.schema.names:
            raise ValueError(f"{self.files['csv']['path']}: the header is not the columns of version {self.version}")
        return rows


class Dataset:
    def __init__(self, lake, name):
        self.folder = os.path.join(lake, name)
        self.manifest = self.document("manifest.json")
        self.loads = [self.document("_lake", "loads", name) for name in self.listing("_lake", "loads") if name.endswith(".json")]
        self.schemas = {}
        for name in self.listing("_lake", "schemas"):
            schema = Schema(self.document("_lake", "schemas", name))
            self.schemas[schema.table, schema.version] = schema
        self.parts = [part for load in self.loads for part in self.parts_of(load)]

    def listing(self, *place):
        return sorted(os.listdir(os.path.join(self.folder, *place)))

    def document(self, *place):
        with open(os.path.join(self.folder, *place), encoding="utf-8") as file:
            document = json.load(file)
        if next(iter(document)) != "restlake_format":
            raise ValueError(f"{'/'.join(place)} does not begin with its format")
        return document

    def parts_of(self, load):
        """Files of both formats, paired by what their names say beside the extension."""
        pairs = {}
        for file in load["files"]:
            stem = os.path.basename(file["path"]).replace("." + file["format"], "")
            pairs.setdefault((file["table"], file["schema_version"], stem), {})[file["format"]] = file
        return [Part(self, load["load_id"], table, version, files) for (table, version, _), files in pairs.items()]

    def table(self, name):
        """The parts of one table, the oldest first."""
        return [part for part in self.parts if part.table == name]

    @property
    def tables(self):
        return list(self.manifest["tables"])
