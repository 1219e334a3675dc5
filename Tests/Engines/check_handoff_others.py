"""`restlake handoff` for what is read in place or is in a cloud: Spark reads the lake by its script, its parser judges the
statements for Databricks, and sqlglot takes the others. The last is a smoke test: that parser takes wrong statements too."""

import logging
import os
import re
import shutil

import sqlglot

from check_handoff import Hand
from check_stores import rows_by_load
from handoff_engines import ScriptFailed, Spark
from handoff_lake import DAYS, NAME, shop
from lake import Dataset
from outcome import Outcome

# By destination: where it reads, and the parser of its statements.
CLOUDS = {"bigquery": "gs", "snowflake": "s3", "redshift": "s3", "trino": "s3", "athena": "s3"}


def check(program, folder, server):
    outcome = Outcome("handoff-others")
    folder = os.path.join(folder, "handoff-others")
    os.makedirs(folder)
    lake = os.path.join(folder, "lake")
    with shop(program, folder, lake) as api:
        for day in range(len(DAYS)):
            api.export(day)
    for destination, scheme in CLOUDS.items():
        check_parser(outcome, destination, program.run("handoff", destination, "--lake", lake, "--location", f"{scheme}://bucket/lake", "--schema", "shop"))
    if shutil.which("java") is None:
        print("  Java is not installed: Spark reads nothing.")
        return outcome.close()
    for form in ("jsonl", "csv"):
        hand = Hand(outcome, Spark(f"Spark, {form}", "spark", form), program, folder, lake)
        hand.tried("all at once", hand.at_once)
    check_partitions(outcome, folder, lake)
    script = program.run("handoff", "databricks", "--lake", lake, "--location", "s3://bucket/lake", "--schema", "shop")
    check_databricks(outcome, folder, script)
    return outcome.close()


def check_parser(outcome, destination, script):
    outcome.same(f"{destination}: the head says what was not executed", True, "Not executed against" in script[:1000])
    logging.disable(logging.WARNING)
    # Athena has the tables' statements of Hive and the queries of Trino.
    for statement in script.split(";\n") if destination == "athena" else [script]:
        dialect = "hive" if destination == "athena" and "VIEW" not in statement else destination
        try:
            outcome.count("statements by sqlglot", len(sqlglot.parse(statement, dialect=dialect)))
        except sqlglot.errors.SqlglotError as error:
            outcome.differ(f"{destination}, by sqlglot", "statements", str(error))
    logging.disable(logging.NOTSET)


def check_partitions(outcome, folder, lake):
    """Spark finds the folders of the loads as partitions, and the same rows in them."""
    spark = Spark("Spark, partitions", "spark", "jsonl")
    process = spark.open(folder)
    dataset = Dataset(lake, NAME)
    for table, wanted in rows_by_load(dataset):
        place = os.path.join(dataset.folder, table, "jsonl")
        found = spark.select(process, f"SELECT CAST(load_id AS STRING), count(*) FROM json.`{place}` WHERE load_id = _load_id GROUP BY 1")
        outcome.same(f"{table}: partitions of Spark", wanted, dict(map(tuple, found)))
        outcome.count("partitions", len(wanted))
    spark.close(process)


def check_databricks(outcome, folder, script):
    parser = Spark("Spark's parser", "spark", "jsonl", more=["parse"])
    process = parser.open(folder)
    for statement in re.split(r";\n", re.sub(r"^--.*\n", "", script, flags=re.M)):
        try:
            parser.run(process, statement)
            outcome.count("statements by Spark's parser")
        except ScriptFailed as error:
            outcome.differ("databricks", statement, error)
    try:
        parser.run(process, "MERGE INTO t USING s ON true THEN UPDATE")
        outcome.differ("Spark's parser, of a wrong statement", "refused", "taken")
    except ScriptFailed:
        outcome.count("refused")
    parser.close(process)
