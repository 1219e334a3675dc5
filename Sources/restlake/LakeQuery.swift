import Glibc
import LakeHandoff
import LakeModel

/// Asks DuckDB over the files of a dataset: one SELECT, which reads the dataset's tables and nothing else, and writes nothing.
struct LakeQuery {
    enum Form: String { case json, csv }

    /// What a query of somebody else's may take.
    struct Bounds: Sendable {
        var rows: Int
        var client: ClientProgram.Bounds
    }

    let request: HandoffRequest

    /// - Returns: the rows, as JSON a line each or as CSV.
    func answer(_ query: String, _ form: Form, bounds: Bounds? = nil) throws -> String {
        let plan = try request.plan()
        let script = (["SET TimeZone = 'UTC';", Handoff.temporaryViews(plan, at: request.location)]
            + (bounds == nil ? [] : ["SET temp_directory = '';"])
            + [locked(to: plan), asked(query, form, bounds?.rows)]).joined(separator: "\n")
        let answer = try ClientProgram.run(try Self.words(), input: script, environment: Self.environment, bounds: bounds?.client)
        if let cut = answer.cut { throw Self.failure(cut) }
        guard answer.code == 0, answer.errors.isEmpty else { throw missing(in: plan) ?? failure(answer) }
        return answer.output
    }

    // MARK: DuckDB

    private static func words() throws(CommandFailure) -> [String] {
        if let program = ClientProgram.installed(["duckdb"]) { return [program, "-bail", "-noheader"] }
        if let python = try ClientProgram.python(with: "duckdb") { return [python, "-c", "import sys, duckdb\nduckdb.connect().execute(sys.stdin.read())"] }
        throw CommandFailure(.unavailable, "restlake query asks with DuckDB, which is not installed: neither the duckdb program nor Python's module "
            + "(pip install duckdb). The same views as a script for elsewhere: restlake handoff duckdb --views")
    }

    /// Whether there is a DuckDB, without starting it.
    static var isPossible: Bool {
        if ClientProgram.installed(["duckdb"]) != nil { return true }
        let look = "import importlib.util, sys; sys.exit(importlib.util.find_spec('duckdb') is None)"
        return ["python3", "python"].contains { name in
            ClientProgram.installed([name]) != nil && (try? ClientProgram.run([name, "-c", look], input: "").code) == 0
        }
    }

    /// What a client needs to start, and nothing else: the duckdb program hands variables out to a query that asks.
    private static var environment: [String: String] {
        let names: Set = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"]
        return Terminal.environment.filter { names.contains($0.key) || $0.key.hasPrefix("PYENV_") }
    }

    // MARK: The script

    /// Nothing but the tables' folders is read from here on, and no setting is changed. Results go to stdout.
    private func locked(to plan: HandoffPlan) -> String {
        let folders = plan.resources.flatMap(\.tables).map { Self.literal(request.location.root + "/" + $0.name + "/") }
        return "SET allowed_directories = [\(folders.joined(separator: ", "))];\nSET allowed_paths = ['/dev/stdout'];\nSET enable_external_access = false;\n"
            + "SET lock_configuration = true;"
    }

    /// The query goes as a text: `query` takes one SELECT and nothing else, so that nothing in it can end the statement that
    /// it stands in.
    private func asked(_ query: String, _ form: Form, _ rows: Int?) -> String {
        let limit = rows.map { " LIMIT \($0)" } ?? ""
        let options = form == .csv ? "FORMAT csv, HEADER true" : "FORMAT json"
        return "COPY (SELECT * FROM query(\(Self.literal(query)))\(limit)) TO '/dev/stdout' (\(options));"
    }

    private static func literal(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }

    // MARK: Failures

    /// The first file of the tables that is not there: then it is not the query that is wrong.
    private func missing(in plan: HandoffPlan) -> CommandFailure? {
        let files = plan.resources.flatMap(\.tables).flatMap(\.files).map { request.location.root + "/" + $0.record.path }
        guard let lost = files.first(where: { access($0, R_OK) != 0 }) else { return nil }
        return CommandFailure(.data, lines: [
            "The query has no answer: '\(Human.escaped(lost))' cannot be read.", "A file of a committed load is there until restlake expire removes it. "
                + "restlake verify tells what else is wrong; bring the file back from a copy.",
        ])
    }

    private func failure(_ answer: ClientProgram.Answer) -> CommandFailure {
        let said = answer.errors.split(whereSeparator: \.isNewline).map { Human.escaped(String($0)) }
        if said.contains(where: { $0.contains("allowed_directories") && $0.contains("unrecognized") }) {
            return CommandFailure(.unavailable, "This DuckDB is too old to be kept inside of the lake's folder: 1.2 or newer is needed.")
        }
        // Of what Python says only the end is DuckDB's.
        let error = said.contains { $0.contains("Error") } ? Array(said.drop { !$0.contains("Error") }) : said
        return CommandFailure(
            .usage, lines: ["DuckDB cannot answer the query:"] + error.prefix(8) + ["restlake schema lists the tables and their columns."])
    }

    private static func failure(_ cut: ClientProgram.Cut) -> CommandFailure {
        switch cut {
        case .time: CommandFailure(.tryLater, "The query took too long and was ended. Ask for less, such as one load: WHERE _load_id = '…'.")
        case .size: CommandFailure(.data, "The result is too large. Name the columns, or count instead of listing.")
        case .wish: CommandFailure(.interrupted, "The query was stopped.")
        }
    }
}
