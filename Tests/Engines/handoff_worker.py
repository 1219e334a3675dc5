"""Runs scripts in an embedded engine of some version, for who asks on stdin: a JSON object a line, a JSON answer a line.

    {"run": "SQL; …"} → {}        {"rows": "SELECT …"} → {"rows": [[…], …]}        any failure → {"error": "…"}

Spark only parses what is to be run where it is called with `parse` behind its folder. Snowflake is the emulator fakesnow,
called with the dataset's folder; what it cannot do, this does for it, see there.
"""

import gzip
import json
import logging
import os
import re
import sys
import warnings


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


class Snowflake:
    """fakesnow reads no stage with a transformation, and knows no blocks. So COPY becomes an INSERT of the same
    expressions over the lines of the file, and of a block the condition is asked and the statements in it are run."""

    COPY = re.compile(r"COPY INTO (.+? \(.+?\))\nFROM \((SELECT .+) FROM '@lake/(.+)'\)\nFILE_FORMAT .*")
    BLOCK = re.compile(r"EXECUTE IMMEDIATE \$\$\nBEGIN\n  IF \((EXISTS .+)\) THEN\n(.*)  END IF;\nEND;\n\$\$", re.S)

    def __init__(self, path):
        import fakesnow
        import snowflake.connector
        logging.disable(logging.WARNING)
        warnings.simplefilter("ignore")
        self.patch = fakesnow.patch()
        self.patch.__enter__()
        self.connection = snowflake.connector.connect(database="LAKE", schema="PUBLIC")
        self.cursor = self.connection.cursor()
        self.folder = sys.argv[3]

    def run(self, script):
        script = re.sub(r"^--.*\n", "", script, flags=re.M)
        # A block is one statement.
        for statement in re.split(r";\n(?! |END|\$\$)", script):
            if statement.strip():
                try:
                    self.take(statement.strip())
                except Exception as error:
                    # What the client does at the end of a session.
                    self.cursor.execute("ROLLBACK")
                    raise RuntimeError(f"{error}\n{statement[:300]}") from error

    def take(self, statement):
        copy, block = self.COPY.fullmatch(statement), self.BLOCK.fullmatch(statement)
        if copy:
            self.copy(*copy.groups())
        elif block:
            if self.rows(f"SELECT COUNT(*) FROM (SELECT 1 WHERE {block[1]})")[0][0]:
                for inner in block[2].split(";\n")[:-1]:
                    self.cursor.execute(inner.strip())
        else:
            self.cursor.execute(statement)

    def copy(self, target, query, path):
        path = os.path.join(self.folder, path)
        with gzip.open(path, "rt") if path.endswith(".gz") else open(path) as file:
            lines = file.read().split("\n")[:-1]
        self.cursor.execute("CREATE OR REPLACE TEMPORARY TABLE LINES (TEXT VARCHAR)")
        self.cursor.executemany("INSERT INTO LINES (TEXT) VALUES (%s)", [(line,) for line in lines])
        self.cursor.execute(f"INSERT INTO {target} {query.replace('$1:', 'V:')} FROM (SELECT PARSE_JSON(TEXT) AS V FROM LINES)")

    def rows(self, query):
        return [list(row) for row in self.cursor.execute(query).fetchall()]


def main():
    engine = {"duckdb": DuckDB, "clickhouse": ClickHouse, "spark": Spark, "snowflake": Snowflake}[sys.argv[1]](sys.argv[2])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"rows": engine.rows(request["rows"])} if "rows" in request else engine.run(request["run"]) or {}
        except Exception as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
