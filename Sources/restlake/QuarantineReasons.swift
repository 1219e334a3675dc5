import LakeFiles
import LakeJSON

/// The reasons of a quarantine file, each with the records that have it. A record may have several.
struct QuarantineReasons {
    /// A reason, or the part of a contract that is broken, and where.
    struct Reason: Hashable {
        var name: String
        /// `requests.amount`
        var table: String?
        var column: String?

        var words: String { ([name] + [place].compactMap { $0 }).joined(separator: " ") }
        var place: String? { table.map { $0 + (column.map { ".\($0)" } ?? "") } }
    }

    /// Objects that are used as maps break a contract at any number of columns.
    private static let mostReasons = 1000

    private(set) var counts: [Reason: Int] = [:]
    private(set) var records = 0
    private(set) var written = 0
    private(set) var duplicates = 0

    mutating func add(_ entry: QuarantineEntry) {
        records += 1
        if entry.written { written += 1 }
        if entry.isDuplicate { duplicates += 1 }
        let reasons = entry.breaches.isEmpty ? [Reason(name: entry.reason)]
            : entry.breaches.map { Reason(name: $0.contract, table: $0.table, column: $0.column) }
        for reason in Set(reasons.map { counts.count < Self.mostReasons || counts[$0] != nil ? $0 : Reason(name: $0.name, table: $0.table) }) {
            counts[reason, default: 0] += 1
        }
    }

    /// The most frequent first.
    var sorted: [(reason: Reason, records: Int)] {
        counts.map { ($0.key, $0.value) }.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0.words < $1.0.words }
    }

    var json: JSONValue {
        .array(sorted.map { reason, records in
            .object([
                "reason": .string(reason.name), "table": reason.table.map { .string($0) }, "column": reason.column.map { .string($0) },
                "records": .int(records),
            ])
        })
    }
}
