import LakeJSON
import LakeModel
import LakeSource

@testable import LakeFetch

/// A page whose records are the elements of a list, or the whole document.
func fetchedPage(_ text: String, choice: RecordChoice = .all, included: [(String, JSONValue)] = []) throws -> FetchedPage {
    let bytes = PageBytes(text), tape = Tape()
    try Tokenizer.tokenize(bytes, into: tape)
    let records: PageRecords = tape[0].kind == .array ? .array(token: 0, count: tape.elements(of: 0).count) : .single(token: 0)
    let log = PageLogEntry(
        resource: "a", parent: nil, sequence: 1, request: "/a", body: nil, cursor: nil, status: 200, bytes: text.utf8.count,
        records: records.count, kept: records.count, firstKey: nil, lastKey: nil, content: "", isProbe: false, milliseconds: 0, attempts: 1)
    var page = FetchedPage(number: 1, page: bytes, tape: tape, records: records, choice: choice, log: log, pool: TapePool())
    page.included = included.map { (name: $0.0, value: $0.1) }
    return page
}
