import LakeJSON
import LakeModel

/// One response of a resource, with what was read from it. Belongs to one thread at a time.
package struct FetchedPage: Sendable {
    /// In its resource, from 1, pages of all parents and probes among them.
    package var number: Int
    package var page: PageBytes
    package var tape: Tape
    package var records: PageRecords
    /// The records that go on to be written.
    package var choice: RecordChoice
    /// Of the others: those that a filter or the incremental cursor leaves out.
    package var filtered = 0
    /// And those that the load before brought already, at the last value of the incremental cursor.
    package var duplicates = 0
    /// The fields of the parent's record that belong to its rows; empty for a resource of its own.
    package var included: [(name: String, value: JSONValue)] = []
    package var log: PageLogEntry
    fileprivate let pool: TapePool

    init(
        number: Int, page: PageBytes, tape: Tape, records: PageRecords, choice: RecordChoice, log: PageLogEntry, pool: TapePool
    ) {
        self.number = number
        self.page = page
        self.tape = tape
        self.records = records
        self.choice = choice
        self.log = log
        self.pool = pool
    }

    /// Read only to find something out, or read again, or left unused.
    package var probed: Int { records.count - choice.count(of: records.count) - filtered - duplicates }

    /// Gives the tape back. The last thing done with a page.
    package func recycle() { pool.give(tape) }
}

/// A line of the audit log: enough to decide a dispute about missing rows, and no secret.
///
/// `{"resource":"requests","sequence":2,"request":"/rest/v2/requests?limit=100&next_cursor=…","cursor":"5f0e…",
///   "status":200,"bytes":164211,"records":100,"content":"9ab4…","kept":true,"timing":{"ms":12,"attempts":1}}`
package struct PageLogEntry: Hashable, Sendable {
    package var resource: String
    package var parent: String?
    package var sequence: Int
    /// Path and query. What came from an API (cursors, links, fields of a parent) is left out of the query.
    package var request: String
    /// Hash of what was left out; nil where there was nothing.
    package var cursor: String?
    package var status: Int
    package var bytes: Int
    package var records: Int
    /// Hash of the body.
    package var content: String
    package var isKept: Bool
    package var milliseconds: Int
    package var attempts: Int

    package var json: JSONValue {
        .object([
            "resource": .string(resource), "parent": parent.map { .string($0) }, "sequence": .int(sequence), "request": .string(request),
            "cursor": cursor.map { .string($0) }, "status": .int(status), "bytes": .int(bytes), "records": .int(records),
            "content": .string(content), "kept": .bool(isKept), "timing": ["ms": .int(milliseconds), "attempts": .int(attempts)],
        ])
    }
}
