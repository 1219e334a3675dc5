import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema

/// One line of a quarantine file. What an older line does not say reads as if there were nothing to say.
package struct QuarantineEntry: Sendable {
    package var reason: String
    package var resource: String
    /// Where the record stood in what the API sent.
    package var place: Place
    /// Whether the record was written without what a contract discards.
    package var written: Bool
    /// Whether, without that, it was like a record of its key that was written.
    package var isDuplicate: Bool
    /// Those that are listed; `breachCount` tells all.
    package var breaches: [QuarantinedBreach]
    package var breachCount: Int
    private let line: [UInt8]
    private let valuePlace: Range<Int>

    /// The record, as it stands in the line.
    package var value: ArraySlice<UInt8> { line[valuePlace] }

    /// - Returns: nil where the line is no object with a reason and a value.
    init?(_ line: [UInt8], _ page: PageBytes, _ tape: Tape) {
        guard tape.count > 0, tape[0].kind == .object else { return nil }
        var members: [String: JSONValue] = [:]
        var place: Range<Int>?
        tape.forEachChild(of: 0) { key in
            let name = tape.decodeString(tape[key], page)
            if name == "value" { place = tape.source(of: key + 1) } else { members[name] = tape.value(at: key + 1, of: page) }
        }
        let record = members["record"]?.int ?? 0
        guard let reason = members["reason"]?.string, let place, record >= 0 else { return nil }
        self.reason = reason
        self.line = line
        valuePlace = place
        resource = members["resource"]?.string ?? ""
        self.place = Place(page: max(0, members["page"]?.int ?? 0), record: record)
        written = members["written"]?.bool ?? false
        isDuplicate = members["duplicate"]?.bool ?? false
        breaches = (members["breaches"]?.array ?? []).map { QuarantinedBreach(json: $0) }
        breachCount = members["breach_count"]?.int ?? breaches.count
    }

    /// Every reason that an entry can have, or a breach of it.
    package static let reasons = [QuarantinedRecord.Reason.missingPrimaryKey.rawValue, QuarantinedRecord.Reason.notAnObject.rawValue, "contract"]
        + [BrokenContract.tables, .columns, .dataType, .nullable].map(\.rawValue)

    /// Whether a row of it, without what a contract discards, is in the lake.
    package var isInLake: Bool { written || isDuplicate }

    package func has(reason: String) -> Bool { self.reason == reason || breaches.contains { $0.contract == reason } }
}

/// What of a record a contract does not let in, as it stands in the quarantine.
package struct QuarantinedBreach: Hashable, Sendable {
    package var contract: String
    package var mode: String?
    package var table: String?
    package var column: String?
    package var path: String?
    package var expected: String?
    package var found: String?

    init(json: JSONValue) {
        contract = json["contract"]?.string ?? ""
        mode = json["mode"]?.string
        table = json["table"]?.string
        column = json["column"]?.string
        path = json["path"]?.string
        expected = json["expected"]?.string
        found = json["found"]?.string
    }

    package var json: JSONValue {
        let text: (String?) -> JSONValue? = { $0.map { .string($0) } }
        return .object([
            "contract": .string(contract), "mode": text(mode), "table": text(table), "column": text(column), "path": text(path),
            "expected": text(expected), "found": text(found),
        ])
    }
}

/// Reads a quarantine file line by line, and tells at its end whether it is the one that the load wrote.
package final class QuarantineReader {
    private let path: String
    private let sha256: String
    private let lines: LineReader
    private let tape = Tape()
    private var checksum = Checksum()
    private var count = 0

    /// - Parameter sha256: what the load record says; held against the file where all of it is read.
    package init(_ path: String, sha256: String) throws(FileFault) {
        self.path = path
        self.sha256 = sha256
        lines = try LineReader(path)
    }

    /// The next entry; nil at the end.
    package func next() throws(FileFault) -> QuarantineEntry? {
        guard let line = try lines.next() else {
            guard checksum.hexadecimal() == sha256 else { throw .quarantineChanged(path: path) }
            return nil
        }
        count += 1
        line.withUnsafeBytes { checksum.update($0) }
        [UInt8(ascii: "\n")].withUnsafeBytes { checksum.update($0) }
        let page = PageBytes(line)
        do throws(JSONFault) { try Tokenizer.tokenize(page, into: tape, maxDepth: Tokenizer.depthLimit + 1) } catch { throw damaged }
        guard let entry = QuarantineEntry(line, page, tape) else { throw damaged }
        return entry
    }

    private var damaged: FileFault { .quarantineLine(path: path, line: count) }
}

extension Tape {
    /// The bytes of a value, a text with its quotes.
    fileprivate func source(of index: Int) -> Range<Int> {
        let token = self[index]
        let quotes = token.kind == .string ? 1 : 0
        return Int(token.offset) - quotes..<Int(token.offset) + Int(token.length) + quotes
    }
}
