import LakeHandoff

/// The installed client of a destination, and how it is called.
struct WarehouseClient {
    let name: String
    /// Runs the script on stdin, and ends with its first error.
    private let script: [String]
    /// Runs the query behind it, and prints a row a line.
    private let query: (String) -> [String]

    func run(_ text: String) throws(CommandFailure) {
        let answer = try ClientProgram.run(script, input: text)
        guard answer.code == 0 else { throw failure(answer) }
    }

    func lines(_ text: String) throws(CommandFailure) -> [String] {
        let answer = try ClientProgram.run(query(text), input: "")
        guard answer.code == 0 else { throw failure(answer) }
        return answer.output.split(whereSeparator: \.isNewline).map(String.init)
    }

    private func failure(_ answer: ClientProgram.Answer) -> CommandFailure {
        let said = (answer.errors + answer.output).split(whereSeparator: \.isNewline).filter { !$0.isEmpty }.suffix(5).map { Human.escaped(String($0)) }
        return CommandFailure(.unavailable, lines: ["\(name) ended with code \(answer.code):"] + said
            + ["A load counts there once it stands in _lake_loads. Mend what is said above, then push again: what is missing is loaded."])
    }

    /// - Parameter connection: as the command line has it.
    init(_ destination: Destination, _ connection: String?) throws(CommandFailure) {
        switch destination {
        case .duckdb: self = try .duckDB(Self.required(connection, "push duckdb FILE"))
        case .sqlite: self = try .sqlite(Self.required(connection, "push sqlite FILE"))
        case .postgres: self = try .postgres(connection)
        case .clickhouse: self = try .clickHouse(connection)
        default:
            throw CommandFailure(.usage, "restlake pushes to duckdb, postgres, sqlite and clickhouse. For \(destination.rawValue) there is its script: "
                + "restlake handoff \(destination.rawValue)")
        }
    }

    private init(_ name: String, script: [String], query: @escaping (String) -> [String]) {
        self.name = name
        self.script = script
        self.query = query
    }

    private static func required(_ connection: String?, _ usage: String) throws(CommandFailure) -> String {
        guard let connection else { throw CommandFailure(.usage, "Which database? restlake \(usage)") }
        return connection
    }

    private static func missing(_ what: String) -> CommandFailure { CommandFailure(.unavailable, "\(what) is not installed, or not in PATH.") }

    // MARK: The clients

    private static func duckDB(_ file: String) throws(CommandFailure) -> WarehouseClient {
        if let program = ClientProgram.installed(["duckdb"]) {
            return WarehouseClient("duckdb", script: [program, "-bail", file]) { [program, "-noheader", "-list", file, "-c", $0] }
        }
        guard let python = try ClientProgram.python(with: "duckdb") else {
            throw missing("DuckDB (the duckdb program, or Python's duckdb module: pip install duckdb)")
        }
        let code = "import sys, duckdb\nc = duckdb.connect(sys.argv[1])\n"
        return WarehouseClient("Python's duckdb", script: [python, "-c", code + "c.execute(sys.stdin.read())", file]) {
            [python, "-c", code + "for row in c.execute(sys.argv[2]).fetchall(): print(row[0])", file, $0]
        }
    }

    private static func sqlite(_ file: String) throws(CommandFailure) -> WarehouseClient {
        guard let program = ClientProgram.installed(["sqlite3"]) else { throw missing("sqlite3 (package sqlite3)") }
        return WarehouseClient("sqlite3", script: [program, "-batch", file]) { [program, "-batch", "-noheader", "-list", file, $0] }
    }

    private static func postgres(_ connection: String?) throws(CommandFailure) -> WarehouseClient {
        guard let program = ClientProgram.installed(["psql"]) else { throw missing("psql (package postgresql-client)") }
        if let connection, holdsPassword(connection) {
            throw CommandFailure(.usage, "No password in the connection: all programs of this machine could read it. psql takes it from PGPASSFILE or ~/.pgpass.")
        }
        let words = [program, "-X", "-w", "-v", "ON_ERROR_STOP=1"] + (connection.map { ["-d", $0] } ?? [])
        return WarehouseClient("psql", script: words + ["-q", "-f", "-"]) { words + ["-A", "-t", "-c", $0] }
    }

    private static func holdsPassword(_ connection: String) -> Bool {
        if connection.lowercased().contains("password") { return true }
        guard let scheme = connection.firstRange(of: "://"), let at = connection[scheme.upperBound...].firstIndex(of: "@") else { return false }
        return connection[scheme.upperBound..<at].contains(":")
    }

    private static func clickHouse(_ connection: String?) throws(CommandFailure) -> WarehouseClient {
        if let connection, connection.contains("@") || connection.contains("://") || connection.lowercased().contains("password") {
            throw CommandFailure(.usage, "clickhouse takes the name of a host, without user and password: all programs of this machine could read them. "
                + "clickhouse-client has them from ~/.clickhouse-client/config.xml, CLICKHOUSE_USER and CLICKHOUSE_PASSWORD.")
        }
        if let folder = connection, folder.contains("/") { return try clickHouseLocal(folder) }
        let words: [String]
        if let program = ClientProgram.installed(["clickhouse-client"]) { words = [program] } else if let program = ClientProgram.installed(["clickhouse"]) {
            words = [program, "client"]
        } else {
            throw missing("clickhouse-client")
        }
        let all = words + (connection.map { ["--host", $0] } ?? [])
        return WarehouseClient("clickhouse-client", script: all + ["--multiquery"]) { all + ["--query", $0] }
    }

    private static func clickHouseLocal(_ folder: String) throws(CommandFailure) -> WarehouseClient {
        if let program = ClientProgram.installed(["clickhouse"]) {
            let words = [program, "local", "--path", folder]
            return WarehouseClient("clickhouse local", script: words + ["--multiquery"]) { words + ["--query", $0] }
        }
        guard let python = try ClientProgram.python(with: "chdb") else { throw missing("ClickHouse (the clickhouse program, or Python's chdb module: pip install chdb)") }
        let code = "import sys\nfrom chdb.session import Session\ns = Session(sys.argv[1])\n"
        return WarehouseClient("Python's chdb", script: [python, "-c", code + "s.query(sys.stdin.read())", folder]) {
            [python, "-c", code + "print(s.query(sys.argv[2], 'TabSeparated'), end='')", folder, $0]
        }
    }
}
