"""The lake in an object store: published to a real S3 API, read from there by DuckDB and ClickHouse with the scripts of
`restlake handoff`, and listed by its sidecars as it lies there; partitions as DuckDB finds them."""

import json
import os
import subprocess

import stores
from check_handoff import Hand
from check_handoff_clouds import python
from handoff_engines import ClickHouse, DuckDB
from handoff_lake import DAYS, NAME, shop
from lake import Dataset
from outcome import Outcome

PLACE = f"s3://{stores.BUCKET}/raw"


def check(program, folder, server):
    outcome = Outcome("stores")
    folder = os.path.join(folder, "stores")
    os.makedirs(folder)
    lake = os.path.join(folder, "lake")
    with shop(program, folder, lake) as api:
        for day in range(len(DAYS)):
            api.export(day)
    with stores.serving() as store:
        env = {**stores.KEYS, "RCLONE_CONFIG": "/dev/null", "NO_PROXY": "127.0.0.1"}
        program.run("publish", PLACE, "--lake", lake, "--endpoint", store.url, env=env)
        check_sidecars(outcome, program, lake, store)
        for engine in (FromStore(folder, store), ClickHouseFromStore(store)):
            hand = Hand(outcome, engine, program, folder, lake)
            hand.tried("all at once, from S3", hand.at_once)
            outcome.count("destinations that read S3")
    check_partitions(outcome, lake)
    return outcome.close()


class FromStore(DuckDB):
    """DuckDB of another environment, which has its extension for S3 as a package."""

    options = ("--location", PLACE)

    def __init__(self, folder, store):
        super().__init__("DuckDB, S3", "duckdb", "csv", python=python("checks-bigquery"))
        self.store = store
        # Extensions are looked for below it.
        self.env = {"HOME": os.path.join(folder, "home")}
        os.makedirs(self.env["HOME"])
        code = "from duckdb_extensions import import_extension; import_extension('httpfs')"
        subprocess.run([self.python, "-c", code], env={**os.environ, **self.env}, check=True)

    def open(self, folder):
        process = super().open(folder)
        key, secret = stores.KEYS.values()
        address = self.store.url.removeprefix("http://")
        self.run(process, f"LOAD httpfs; CREATE SECRET (TYPE S3, KEY_ID '{key}', SECRET '{secret}', ENDPOINT '{address}', URL_STYLE 'path', USE_SSL false);")
        return process


class ClickHouseFromStore(ClickHouse):
    """Its own address for S3 takes the place of Amazon's."""

    options = ("--location", PLACE)

    def __init__(self, store):
        super().__init__("ClickHouse, S3", "clickhouse", "jsonl")
        self.store = store

    def run(self, process, script):
        super().run(process, script.replace("s3('s3://", f"s3('{self.store.url}/"))


def check_sidecars(outcome, program, lake, store):
    """Every file of the loads that count is named where it is, as long as it is; nothing else is."""
    there = store.keys("raw/")
    options = ("--lake", lake, "--location", PLACE)
    manifest = json.loads(program.run("handoff", "redshift", *options, "--sidecar", "redshift-manifest"))
    outcome.same("manifest for COPY: members", {"entries"}, set(manifest))
    wanted = program.run("handoff", "redshift", *options, "--sidecar", "uris").splitlines()
    outcome.same("manifest for COPY and list of places", wanted, [entry["url"] for entry in manifest["entries"]])
    outcome.same("list of places: each once", len(wanted), len(set(wanted)))
    for entry in manifest["entries"]:
        key = entry["url"].removeprefix(PLACE + "/")
        outcome.same(f"{key}: in the manifest for COPY", {"url": entry["url"], "mandatory": True, "meta": {"content_length": len(there.get(key, b""))}}, entry)
        outcome.same(f"{key}: is there", True, key in there)
        outcome.count("files listed")
    script = program.run("handoff", "redshift", *options)
    outcome.same("files of the script", sorted(wanted), sorted(place for place in wanted if f"'{place}'" in script))


def rows_by_load(dataset):
    """Each table with the rows of its partitions, by load."""
    for table in dataset.tables:
        rows = {}
        for part in dataset.table(table):
            rows[part.load] = rows.get(part.load, 0) + part.files["jsonl"]["rows"]
        yield table, rows


def check_partitions(outcome, lake):
    """The folders are partitions, whose values are the loads and stay texts."""
    import duckdb
    dataset = Dataset(lake, NAME)
    for table, wanted in rows_by_load(dataset):
        files = os.path.join(dataset.folder, table, "jsonl", "*", "*")
        found = duckdb.sql(f"SELECT load_id, count(*) FROM read_json('{files}', format = 'newline_delimited', columns = {{'_load_id': 'VARCHAR'}}, "
                           "hive_partitioning = true) WHERE load_id = _load_id GROUP BY 1").fetchall()
        outcome.same(f"{table}: partitions of DuckDB", wanted, dict(found))
        outcome.count("partitions", len(wanted))
