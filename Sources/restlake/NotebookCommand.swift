import Glibc
import LakeCommit
import LakeFiles
import LakeHandoff

/// `restlake notebook`: a marimo notebook over the dataset.
enum NotebookCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        let location = try LakeLocation(arguments), name = try location.dataset(arguments), paths = location.paths(name)
        let path = try OutputFile.path(arguments, usual: "restlake-notebook.py", outOf: paths.dataset)
        if let path, Disk.exists(path) {
            // Whoever has worked in a notebook keeps it.
            throw CommandFailure(.cannotCreate, "'\(path)' is there already. Choose another file with --out, or remove it.")
        }
        let manifest = try Dataset.readManifest(paths, name: name).manifest
        guard manifest.loadCount > 0 else {
            throw CommandFailure(.usage, "The dataset '\(name)' has no load yet: there is nothing to look at.")
        }
        let tables = try manifest.tables.map { HandoffTable(try Dataset.schema(paths, $0.name, $0.currentVersion), primaryKey: $0.primaryKey) }
        let text = NotebookForm(dataset: name, tables: tables, lake: location.lake, program: program).text
        guard let path else {
            Terminal.write(text, to: 1)
            return .complete
        }
        try Disk.write(Array(text.utf8), to: path, isNew: true)
        Terminal.error("\(path): \(Human.count(manifest.tables.count, "table")). Open it with: uvx marimo edit --sandbox \(Human.shellWord(path))")
        return .complete
    }

    /// The path of this program.
    private static var program: String {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count)
        return count > 0 ? String(decoding: path.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : "restlake"
    }
}
