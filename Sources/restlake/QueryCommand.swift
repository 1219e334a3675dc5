import LakeHandoff
import LakeJSON
import LakeModel

/// `restlake query "SELECT …"`: DuckDB over the files of a dataset.
enum QueryCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        if arguments.has("json"), arguments.has("csv") { throw CommandFailure(.usage, "--json and --csv do not go together.") }
        let query = LakeQuery(request: try HandoffRequest(arguments, destination: .duckdb))
        let form: LakeQuery.Form = arguments.has("csv") ? .csv : .json
        let output = try query.answer(arguments.positional[0], form)
        if form == .csv || arguments.has("json") { Terminal.write(output, to: 1) } else { try show(output) }
        return .complete
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
