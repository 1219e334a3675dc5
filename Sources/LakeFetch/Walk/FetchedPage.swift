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
    /// Both of them: indices in the page, ascending.
    package var leftOut: [Int] = []
    /// The fields of the parent's record that belong to its rows; empty for a resource of its own.
    package var included: [(name: String, value: JSONValue)] = []
    package var log: PageLogEntry
    /// What a journal keeps of it; nil where it came from there.
    package var judged: JudgedResponse?
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
