import LakeHandoff
import LakeJSON
import LakeModel

/// `restlake query "SELECT …"`: DuckDB over the files of a dataset.
enum QueryCommand {
    private enum Form: String { case json, csv }

    static func run(_ arguments: Arguments) throws -> ExitCode {
        if arguments.has("json"), arguments.has("csv") { throw CommandFailure(.usage, "--json and --csv do not go together.") }
        let request = try HandoffRequest(arguments, destination: .duckdb)
        let form: Form = arguments.has("csv") ? .csv : .json
        let script = [
            "SET TimeZone = 'UTC';", Handoff.temporaryViews(try request.plan(), at: request.location),
            locked(to: request.location), asked(arguments.positional[0], form),
        ].joined(separator: "\n")
        let answer = try ClientProgram.run(try words(), input: script)
        guard answer.code == 0, answer.errors.isEmpty else { throw failure(answer) }
        if form == .csv || arguments.has("json") { Terminal.write(answer.output, to: 1) } else { try show(answer.output) }
        return .complete
    }

    private static func words() throws(CommandFailure) -> [String] {
        if let program = ClientProgram.installed(["duckdb"]) { return [program, "-bail", "-noheader"] }
        if let python = try ClientProgram.python(with: "duckdb") { return [python, "-c", "import sys, duckdb\nduckdb.connect().execute(sys.stdin.read())"] }
        throw CommandFailure(.unavailable, "restlake query asks with DuckDB, which is not installed: neither the duckdb program nor Python's module "
            + "(pip install duckdb). The same views as a script for elsewhere: restlake handoff duckdb --views")
    }

    /// Nothing but the dataset is read from here on, and no setting is changed. Results go to stdout.
    private static func locked(to location: FileLocation) -> String {
        let folder = location.root.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        return "SET allowed_directories = ['\(folder)/'];\nSET allowed_paths = ['/dev/stdout'];\nSET enable_external_access = false;\n"
            + "SET lock_configuration = true;"
    }

    /// One query: where there could be another statement, DuckDB finds an error.
    private static func asked(_ query: String, _ form: Form) -> String {
        var query = query[...]
        while let last = query.last, last.isWhitespace || last == ";" { query.removeLast() }
        return "COPY (\(query)\n) TO '/dev/stdout' (\(form == .csv ? "FORMAT csv, HEADER true" : "FORMAT json"));"
    }

    private static func failure(_ answer: ClientProgram.Answer) -> CommandFailure {
        let said = answer.errors.split(whereSeparator: \.isNewline).map { Human.escaped(String($0)) }
        if said.contains(where: { $0.contains("allowed_directories") || $0.contains("allowed_paths") }) {
            return CommandFailure(.unavailable, "This DuckDB is too old to be kept inside of the lake's folder: 1.2 or newer is needed.")
        }
        // Of what Python says only the end is DuckDB's.
        let error = said.contains { $0.contains("Error") } ? Array(said.drop { !$0.contains("Error") }) : said
        return CommandFailure(
            .usage, lines: ["DuckDB cannot answer the query:"] + error.prefix(8) + ["restlake schema lists the tables and their columns."])
    }

    private static func show(_ lines: String) throws {
        let rows = try lines.split(separator: "\n").map { try JSONValue(parsing: String($0)).object ?? [] }
        guard let first = rows.first else { return Terminal.out("No rows.") }
        var table = TextTable(head: first.map(\.key), rows: [])
        for row in rows { table.rows.append(row.map { cell($0.value) }) }
        Terminal.out(table.text)
    }

    private static func cell(_ value: JSONValue) -> String {
        if case .null = value { return "" }
        return Human.escaped(value.string ?? value.text(pretty: false))
    }
}
