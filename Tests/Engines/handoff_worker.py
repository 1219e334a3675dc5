"""Runs scripts in an embedded engine of some version, for who asks on stdin: a JSON object a line, a JSON answer a line.

    {"run": "SQL; …"} → {}        {"rows": "SELECT …"} → {"rows": [[…], …]}        any failure → {"error": "…"}

Spark only parses what is to be run where it is called with `parse` behind its folder.
"""

import json
import re
import sys


class DuckDB:
    def __init__(self, path):
        import duckdb
        self.engine = duckdb.connect(path)
        self.engine.execute("SET TimeZone = 'UTC'")

    def run(self, script):
        try:
            self.engine.execute(script)
        except Exception:
            # What the program does at the end of its input.
            self.engine.close()
            raise

    def rows(self, query):
        return self.engine.execute(query).fetchall()


class ClickHouse:
    def __init__(self, path):
        from chdb.session import Session
        self.session = Session(path)

    def run(self, script):
        self.session.query(script)

    def rows(self, query):
        text = str(self.session.query(query, "JSONCompactEachRow"))
        return [json.loads(line) for line in text.split("\n")[:-1]]


class Spark:
    def __init__(self, path):
        from pyspark.sql import SparkSession
        builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.driver.bindAddress", "127.0.0.1")
        self.session = builder.config("spark.driver.host", "127.0.0.1").config("spark.sql.warehouse.dir", path).getOrCreate()
        self.session.sparkContext.setLogLevel("OFF")

    def run(self, script):
        for statement in re.split(r";\n", re.sub(r"^--.*\n", "", script, flags=re.M)):
            if statement.strip():
                self.take(statement)

    def take(self, statement):
        if "parse" in sys.argv:
            self.session._jsparkSession.sessionState().sqlParser().parsePlan(statement)
        else:
            self.session.sql(statement)

    def rows(self, query):
        return [list(row) for row in self.session.sql(query).collect()]


def main():
    engine = {"duckdb": DuckDB, "clickhouse": ClickHouse, "spark": Spark}[sys.argv[1]](sys.argv[2])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"rows": engine.rows(request["rows"])} if "rows" in request else engine.run(request["run"]) or {}
        except Exception as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
