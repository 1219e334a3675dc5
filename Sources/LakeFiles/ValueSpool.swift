import Glibc
import LakeJSON
import LakeModel
import LakeNormalize

/// The distinct texts that a resource hands to the resources that depend on it, kept in staging in the order in which
/// they came: one a line, as JSON. However many there are, memory holds a piece of them.
package final class ValueSpool {
    private let lines: LineFile
    private let seen: KeyLedger

    /// - Parameter staging: of the load; `name` tells its spools apart.
    package init(_ staging: StagingFolder, name: String) {
        lines = LineFile(Self.path(staging, name), mode: 0o600)
        seen = KeyLedger(spill: LedgerRuns(folder: staging.ledger + "/parents-" + Self.fileName(name)))
    }

    /// Keeps a text, unless it was added before.
    package func add(_ text: String) throws {
        guard try seen.note(key: fastHash(text, seed: 21), content: fastHash(text, seed: 22)) == .new else { return }
        var line: [UInt8] = []
        appendJSONString(text, to: &line)
        try lines.append(line)
    }

    package func finish() throws(FileFault) { try lines.flush() }

    /// Reads the texts back, one after the other; a spool that was never written to has none.
    package struct Reader {
        private let lines: LineReader
        private let path: String

        package init(_ staging: StagingFolder, name: String) throws(FileFault) {
            path = ValueSpool.path(staging, name)
            lines = try LineReader(path)
        }

        package func next() throws(FileFault) -> String? {
            guard let line = try lines.next() else { return nil }
            guard let text = (try? JSONValue(parsing: PageBytes(line)))?.string else {
                throw .system(operation: .read, path: path, number: EIO)
            }
            return text
        }
    }

    private static func path(_ staging: StagingFolder, _ name: String) -> String { staging.parents + "/" + fileName(name) }
    private static func fileName(_ name: String) -> String { hex(fastHash(name)) }
}
