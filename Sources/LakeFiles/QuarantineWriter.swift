import Glibc
import LakeJSON
import LakeModel
import LakeNormalize

/// A finished quarantine file in staging.
package struct QuarantineFile: Hashable, Sendable {
    package var resource: String
    /// `requests.00000.jsonl`
    package var name: String
    package var records: Int
    package var bytes: Int
    package var sha256: String
}

/// Keeps the records aside that could not be written, readable by their owner only:
/// `{"reason":"missing_primary_key","resource":"requests","page":3,"record":17,"value":{…}}`
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

    func add(_ record: QuarantinedRecord, _ page: PageBytes, _ tape: Tape, pageNumber: Int) throws(FileFault) {
        if file < 0 {
            try Disk.makeFolders(folder)
            file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw .system(operation: .create, path: path, number: errno) }
        }
        let place = JSONValue.object([
            JSONMember("reason", .string(record.reason.rawValue)), JSONMember("resource", .string(resource)),
            JSONMember("page", .number(String(pageNumber))), JSONMember("record", .number(String(record.record + 1))),
        ])
        var line = place.utf8(pretty: false)
        line.removeLast()
        line += Array(",\"value\":".utf8)
        CompactJSON.append(record.token, tape.tokens, page.base, to: &line)
        line += [UInt8(ascii: "}"), UInt8(ascii: "\n")]
        try Disk.writeAll(line, to: file, path)
        line.withUnsafeBytes { checksum.update($0) }
        bytes += line.count
        records += 1
    }

    func finish() throws(FileFault) -> QuarantineFile? {
        guard file >= 0 else { return nil }
        try Disk.sync(file, path)
        return QuarantineFile(resource: resource, name: name, records: records, bytes: bytes, sha256: checksum.hexadecimal())
    }
}
