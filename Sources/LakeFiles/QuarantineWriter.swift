import Glibc
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema

/// A finished quarantine file in staging.
package struct QuarantineFile: Hashable, Sendable {
    package var resource: String
    /// `requests.00000.jsonl`
    package var name: String
    package var records: Int
    package var bytes: Int
    package var sha256: String
}

/// A record that is kept aside.
struct QuarantineLine {
    /// `contract`, or a reason of the normalizer.
    var reason: String
    /// Index in the page, from 0, and its token.
    var record: Int
    var token: Int
    /// Whether it was written without what a contract discards.
    var wasWritten = false
    /// Whether, without what a contract discards, it was like a record of its key that was written.
    var isDuplicate = false
    var breaches: RecordBreaches?

    static let contract = "contract"
}

/// Keeps the records aside that could not be written, or not whole, one line each, readable by their owner only:
///
///     {"reason":"missing_primary_key","resource":"requests","page":3,"record":17,"written":false,"value":{…}}
///     {"reason":"contract","resource":"requests","page":3,"record":18,"written":true,"breaches":[{"contract":"data_type",
///      "mode":"discard_value","table":"requests","column":"amount","path":"$.amount","expected":"bigint","found":"text"}],
///      "breach_count":1,"value":{…}}
///
/// A record stands here without what the field rules leave out, hash or redact, and before anything was discarded. Texts
/// that stand for null and times are still as the API wrote them, so that a mended definition can read them. A duplicate
/// stands here too, for the part that was discarded may be the one that differs: not written, and with `"duplicate":true`
/// behind that, since a row that is all the same is in the lake. A record that also lacks its key has that as its reason,
/// with its breaches.
final class QuarantineWriter {
    private let resource: String
    private let folder: String
    private let name: String
    private var file: Int32 = -1
    private var checksum = Checksum()
    private var bytes = 0
    private var records = 0

    init(resource: String, folder: String) {
        self.resource = resource
        let fileName = StagingFolder.fileName(of: resource)
        self.folder = folder + "/" + fileName
        name = fileName + ".00000.jsonl"
    }

    deinit { if file >= 0 { close(file) } }

    private var path: String { folder + "/" + name }

    func add(_ record: QuarantineLine, _ page: PageBytes, _ tape: Tape, pageNumber: Int) throws(FileFault) {
        if file < 0 {
            try Disk.makeFolders(folder)
            file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw .system(operation: .create, path: path, number: errno) }
        }
        var line = head(of: record, pageNumber).utf8(pretty: false)
        line.removeLast()
        line += Array(",\"value\":".utf8)
        CompactJSON.append(record.token, tape.tokens, page.base, to: &line)
        line += [UInt8(ascii: "}"), UInt8(ascii: "\n")]
        try Disk.writeAll(line, to: file, path)
        line.withUnsafeBytes { checksum.update($0) }
        bytes += line.count
        records += 1
    }

    private func head(of record: QuarantineLine, _ pageNumber: Int) -> JSONValue {
        var members = [
            JSONMember("reason", .string(record.reason)), JSONMember("resource", .string(resource)),
            JSONMember("page", .number(String(pageNumber))), JSONMember("record", .number(String(record.record + 1))),
            JSONMember("written", .bool(record.wasWritten)),
        ]
        if record.isDuplicate { members.append(JSONMember("duplicate", true)) }
        if let breaches = record.breaches {
            members.append(JSONMember("breaches", .array(breaches.listed.map(\.json))))
            members.append(JSONMember("breach_count", .number(String(breaches.count))))
        }
        return .object(members)
    }

    func finish() throws(FileFault) -> QuarantineFile? {
        guard file >= 0 else { return nil }
        try Disk.sync(file, path)
        return QuarantineFile(resource: resource, name: name, records: records, bytes: bytes, sha256: checksum.hexadecimal())
    }
}

extension RecordBreaches.Item {
    /// What does not apply is left out.
    fileprivate var json: JSONValue {
        let members: [(String, String?)] = [
            ("contract", breach.contract.rawValue), ("mode", mode.rawValue), ("table", breach.table), ("column", breach.column),
            ("path", breach.path.text), ("expected", breach.expected?.rawValue), ("found", breach.found?.rawValue),
        ]
        return .object(members.compactMap { name, text in text.map { JSONMember(name, .string($0)) } })
    }
}
