import LakeModel
import LakeSchema

/// A marimo notebook over a dataset: a Python file whose cells ask DuckDB.
///
///     @app.cell
///     def _(alt, mo, rows, sql):
///         _chart = bars(rows("SELECT … FROM \"requests\" …"), "day:T", "created_at")
///         mo.vstack([mo.md("## `requests`"), _chart, mo.ui.table(rows("SELECT …"), selection=None)])
///
/// The views are those of `restlake handoff duckdb --views`, made anew each time that the notebook runs: it is always about
/// what is in the lake then.
package struct NotebookForm {
    private let dataset: String
    private let tables: [HandoffTable]
    private let lake: String
    private let program: String

    /// - Parameters:
    ///   - tables: the newest versions.
    ///   - lake: absolute path of the lake's folder.
    ///   - program: the path of restlake, for where it is not in PATH.
    package init(dataset: String, tables: [HandoffTable], lake: String, program: String) {
        self.dataset = dataset
        self.tables = tables
        self.lake = lake
        self.program = program
    }

    package var text: String { ([head, loads, schema] + roots.map(resource) + [Self.end]).joined(separator: "\n\n\n") + "\n" }

    private var roots: [HandoffTable] { tables.filter { $0.version.parent == nil } }

    // MARK: Cells

    private var head: String {
        """
        # /// script
        # requires-python = ">=3.10"
        # dependencies = ["marimo", "duckdb>=1.2", "altair>=5"]
        # ///
        # The dataset \(oneLine(dataset)) of a restlake lake. To open it: marimo edit FILE (pip install marimo duckdb altair), or
        # uvx marimo edit --sandbox FILE
        import marimo

        __generated_with = "restlake \(restlakeVersion)"
        app = marimo.App(width="medium", app_title=\(Python.text(dataset)))


        @app.cell
        def _():
            import json
            import shutil
            import subprocess

            import altair as alt
            import duckdb
            import marimo as mo

            LAKE = \(Python.text(lake))
            DATASET = \(Python.text(dataset))
            PROGRAM = shutil.which("restlake") or \(Python.text(program))

            def restlake(*words):
                # Commands that read the lake and change nothing in it.
                command = [PROGRAM, *words, "--lake", LAKE, "--dataset", DATASET]
                return subprocess.run(command, check=True, capture_output=True, text=True).stdout

            # Each table is a view of the rows that count today. From here on DuckDB reads nothing outside of the dataset.
            con = duckdb.connect()
            con.execute(restlake("handoff", "duckdb", "--views"))
            folder = f"{LAKE}/{DATASET}/".replace("'", "''")
            con.execute(f"SET allowed_directories = ['{folder}']; SET enable_external_access = false; SET lock_configuration = true;")

            def rows(query):
                found = con.execute(query)
                names = [column[0] for column in found.description]
                return [dict(zip(names, row)) for row in found.fetchall()]

            def bars(values, x, title):
                axis = alt.X(x, title=title, sort=None)
                return alt.Chart(alt.Data(values=values)).mark_bar().encode(x=axis, y=alt.Y("rows:Q"), tooltip=[x, "rows:Q"]).properties(width="container", height=200)

            return DATASET, alt, bars, con, json, mo, restlake, rows
        """
    }

    private var loads: String {
        """
        @app.cell
        def _(DATASET, bars, json, mo, restlake):
            _loads = [json.loads(line) for line in restlake("loads", "--json").splitlines()]
            _loads = [load for load in _loads if load["kind"] == "load"][::-1]
            _chart = bars([{"load": load["load_id"], "rows": load["rows"]} for load in _loads], "load:N", "rows of each load")
            _table = mo.ui.table([{key: load[key] for key in ("load_id", "outcome", "started_at", "records", "rows", "bytes")} for load in _loads[::-1]], selection=None)
            mo.vstack([mo.md(f"# `{DATASET}`"), mo.md("## Loads"), _chart, _table])
            return
        """
    }

    private var schema: String {
        """
        @app.cell
        def _(json, mo, restlake):
            _tables = [json.loads(line) for line in restlake("schema", "--json").splitlines()]
            _columns = [
                {"table": table["table"], "column": column["name"], "type": column["type"], "path": column.get("path", ""), "version": table["version"]}
                for table in _tables for column in table["columns"]
            ]
            mo.vstack([mo.md("## Columns"), mo.ui.table(_columns, selection=None)])
            return
        """
    }

    private func resource(_ table: HandoffTable) -> String {
        let chart = NotebookChart(table)
        let latest = "SELECT COLUMNS(*)::VARCHAR FROM \(SQL.doubled(table.name, "\"")) ORDER BY _load_id DESC, _row_number DESC LIMIT 20"
        return """
            @app.cell
            def _(bars, mo, rows):
                _chart = bars(rows(\(Python.text(chart.query))), \(Python.text(chart.axis)), \(Python.text(chart.title)))
                _latest = mo.ui.table(rows(\(Python.text(latest))), selection=None)
                mo.vstack([mo.md(\(Python.text("## `\(table.name)`"))), _chart, mo.md("The newest rows:"), _latest])
                return
            """
    }

    private static let end = """
        if __name__ == "__main__":
            app.run()
        """
}

/// What of a table is drawn: how many rows fall on each day of its first moment, else on its most frequent values, else on
/// each load.
struct NotebookChart {
    let query: String
    let axis: String
    let title: String

    /// Moments that tell more than others.
    private static let preferred = ["created_at", "created", "updated_at", "updated"]

    init(_ table: HandoffTable) {
        let columns = table.typedColumns.filter { !$0.isSystem }, keys = Set(table.keyColumns), from = "FROM \(SQL.doubled(table.name, "\""))"
        let moments = columns.filter { [.timestamp, .timestampNTZ, .date].contains($0.type) }
        let moment = Self.preferred.lazy.compactMap { name in moments.first { $0.name == name } }.first ?? moments.first
        let words = columns.first { [.text, .boolean].contains($0.type) && !keys.contains($0.name) && $0.name != "id" }
        if let moment {
            let column = SQL.doubled(moment.name, "\"")
            query = "SELECT date_trunc('day', \(column))::DATE::VARCHAR AS day, count(*) AS rows \(from) WHERE \(column) IS NOT NULL GROUP BY ALL ORDER BY day"
            axis = "day:T"
            title = moment.name
        } else if let words {
            query = "SELECT left(\(SQL.doubled(words.name, "\""))::VARCHAR, 40) AS value, count(*) AS rows \(from) GROUP BY ALL ORDER BY rows DESC, value LIMIT 30"
            axis = "value:N"
            title = words.name
        } else {
            query = "SELECT _load_id AS load, count(*) AS rows \(from) GROUP BY ALL ORDER BY load"
            axis = "load:N"
            title = "load"
        }
    }
}

/// Python as it is written.
enum Python {
    /// A text between double quotes. What is not seen, or turns the text around it, is written as a number.
    static func text(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case " "..."~": out.unicodeScalars.append(scalar)
            default:
                let isSeen = scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar.properties.isEmojiPresentation
                if isSeen {
                    out.unicodeScalars.append(scalar)
                } else {
                    let digits = String(scalar.value, radix: 16)
                    out += "\\U" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
                }
            }
        }
        return out + "\""
    }
}
