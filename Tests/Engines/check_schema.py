"""The forms of `restlake schema --as`: judged by the tools that they are made for, over every file of every version."""

import json
import os

import check_shapes
import check_values
import diagrams
from frictionless import Package, Schema as TableSchema
from jsonschema import Draft202012Validator
from lake import Dataset
from outcome import Outcome

LOADS = ("20260105T020000Z-00000a", "20260106T020000Z-00000b", "20260107T020000Z-00000c")
REQUESTS = 200
BIGQUERY_TYPES = {
    "boolean": "BOOLEAN", "bigint": "INTEGER", "double": "FLOAT", "decimal": "NUMERIC", "text": "STRING", "timestamp": "TIMESTAMP",
    "timestamp_ntz": "DATETIME", "date": "DATE", "time": "TIME", "json": "JSON",
}


def check(program, folder, server):
    outcome = Outcome("schema")
    for lake, name in export(program, os.path.join(folder, "schema")):
        view = View(program, lake, name)
        check_lines(outcome, view)
        check_bigquery(outcome, view)
        check_package(outcome, view)
        check_diagrams(outcome, view)
    return outcome.close()


def export(program, folder):
    """The sandbox on three days, packed on the last; nasty values; shapes of public APIs. Gives (lake, dataset) of each."""
    os.makedirs(folder)
    lake = os.path.join(folder, "lake")
    for load in LOADS:
        packed = ["--compress", "gzip"] if load == LOADS[-1] else []
        program.run("export", "thena", "--sandbox", "--sandbox-requests", str(REQUESTS), "--sandbox-users", "61",
                    "--lake", lake, "--load-id", load, "--quiet", *packed)
    check_values.export(program, folder, lake)
    check_shapes.export(program, folder, lake, check_shapes.pages())
    return [(lake, name) for name in sorted(os.listdir(lake))]


class View:
    """One dataset, and what `restlake schema` says of it."""

    def __init__(self, program, lake, name):
        self.program, self.lake, self.name = program, lake, name
        self.dataset = Dataset(lake, name)

    def printed(self, form, *arguments):
        return self.program.run("schema", *arguments, "--as", form, "--lake", self.lake, "--dataset", self.name)

    def versions(self):
        """(schema, its document) of every version of every table."""
        for (table, version), schema in sorted(self.dataset.schemas.items()):
            yield schema, self.dataset.document("_lake", "schemas", f"{table}.v{version}.json")

    def newest(self, table):
        return self.dataset.manifest["tables"][table]["current_version"]


# MARK: JSON Schema

def check_lines(outcome, view):
    """Every line of every JSONL file satisfies the schema of its version; a line that is changed does not."""
    all_tables = json.loads(view.printed("json-schema"))
    outcome.same(f"{view.name}: tables with a JSON Schema", view.dataset.tables, list(all_tables))
    for schema, document in view.versions():
        place = f"{schema.table} v{schema.version}"
        rules = json.loads(view.printed("json-schema", schema.table, "--version", str(schema.version)))
        if schema.version == view.newest(schema.table):
            outcome.same(f"{place}: the schema alone and among all", all_tables[schema.table], rules)
        Draft202012Validator.check_schema(rules)
        judge = Draft202012Validator(rules, format_checker=Draft202012Validator.FORMAT_CHECKER)
        outcome.same(f"{place}: properties", schema.names, list(rules["properties"]))
        lines = 0
        for part in view.dataset.table(schema.table):
            if part.version != schema.version:
                continue
            for line in part.bytes("jsonl").decode("utf-8").split("\n")[:-1]:
                row = json.loads(line)
                for error in judge.iter_errors(row):
                    outcome.differ(f"{part.name}, {error.json_path}", error.schema, error.instance)
                if lines == 0:
                    check_refusals(outcome, place, judge, row, document)
                lines += 1
        outcome.count("versions", 1)
        outcome.count("lines by JSON Schema", lines)
        if lines == 0:
            outcome.differ(f"{place}: lines", "at least one", 0)


def check_refusals(outcome, place, judge, row, document):
    changed = [("a further key", {**row, "no such column": 1})]
    for column in document["columns"]:
        name = column["name"]
        if not column["nullable"]:
            changed.append((f"no {name}", {key: value for key, value in row.items() if key != name}))
            changed.append((f"{name} is null", {**row, name: None}))
        if column["type"] != "json":
            changed.append((f"{name} is an object", {**row, name: {}}))
        if column["type"] not in ("text", "json"):
            changed.append((f"{name} is a word", {**row, name: "word"}))
        if column["type"] in ("bigint", "boolean", "decimal(38,9)", "timestamp"):
            changed.append((f"{name} is a fraction", {**row, name: 0.5}))
    for what, line in changed:
        if judge.is_valid(line):
            outcome.differ(f"{place}: a line that is wrong: {what}", "refused", "taken")
        outcome.count("wrong lines refused")


# MARK: BigQuery

def check_bigquery(outcome, view):
    all_tables = json.loads(view.printed("bigquery"))
    outcome.same(f"{view.name}: tables for BigQuery", view.dataset.tables, list(all_tables))
    for schema, document in view.versions():
        place = f"{schema.table} v{schema.version}, bigquery"
        fields = json.loads(view.printed("bigquery", schema.table, "--version", str(schema.version)))
        if schema.version == view.newest(schema.table):
            outcome.same(f"{place}: alone and among all", all_tables[schema.table], fields)
        expected = [
            {"name": column["name"], "type": BIGQUERY_TYPES[column["type"].partition("(")[0]], "mode": "NULLABLE" if column["nullable"] else "REQUIRED"}
            for column in document["columns"] if column["type"] != "unknown"]
        outcome.same(place, expected, fields)
        outcome.count("fields for BigQuery", len(fields))


# MARK: Frictionless

def check_package(outcome, view):
    """The package and every file in it are valid; one whose hash or size is another is not."""
    path = os.path.join(view.dataset.folder, "datapackage.json")
    text = view.printed("frictionless")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    package = json.loads(text)
    outcome.same(f"{view.name}: files of the package", [part.files["csv"]["path"] for part in view.dataset.parts], [r["path"] for r in package["resources"]])
    report = Package(path).validate()
    for task in report.tasks:
        outcome.count("files by frictionless")
        outcome.count("rows by frictionless", task.stats.get("rows", 0))
    for error in report.flatten(["name", "rowNumber", "fieldName", "note"])[:5]:
        outcome.differ(f"{view.name}: frictionless", "valid", error)
    outcome.same(f"{view.name}: frictionless says", True, report.valid)
    for key, other in (("hash", "sha256:" + "0" * 64), ("bytes", 1)):
        changed = {**package, "resources": [{**package["resources"][-1], key: other}]}
        with open(path, "w", encoding="utf-8") as file:
            json.dump(changed, file)
        outcome.same(f"{view.name}: frictionless of another {key}", False, Package(path).validate().valid)
    os.remove(path)
    schemas = {(part.table, part.version): resource["schema"] for part, resource in zip(view.dataset.parts, package["resources"])}
    for (table, version), schema in schemas.items():
        alone = json.loads(view.printed("frictionless", table, "--version", str(version)))
        outcome.same(f"{table} v{version}: Table Schema alone and in the package", schema, alone)
        outcome.same(f"{table} v{version}: fields", view.dataset.schemas[table, version].names, TableSchema.from_descriptor(alone).field_names)


# MARK: Diagrams

def check_diagrams(outcome, view):
    tables, links = {}, set()
    for schema, document in view.versions():
        if schema.version == view.newest(schema.table):
            tables[schema.table] = {column["name"]: column["type"] for column in document["columns"] if column["type"] != "unknown"}
            if schema.parent is not None:
                links.add((schema.table, "_parent_row_number", schema.parent))
                # Each resource of these datasets is the name of its table.
                if schema.parent != schema.resource:
                    links.add((schema.table, "_root_row_number", schema.resource))
    keys = {name: table["primary_key"] or ["_load_id", "_row_number"] for name, table in view.dataset.manifest["tables"].items()}
    for form, read in (("mermaid", diagrams.mermaid), ("dbml", diagrams.dbml)):
        found, found_keys, found_links = read(view.printed(form))
        outcome.same(f"{view.name}, {form}: tables and columns", tables, found)
        outcome.same(f"{view.name}, {form}: primary keys", keys, found_keys)
        outcome.same(f"{view.name}, {form}: links", links, found_links)
        outcome.count(f"tables by {form}", len(found))
        outcome.count(f"links by {form}", len(found_links))
