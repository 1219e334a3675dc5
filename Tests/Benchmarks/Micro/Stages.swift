import Glibc
import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource

/// A piece of the way of a page, to be run again and again.
struct Stage {
    let name: String
    /// Bytes that one run goes through.
    let bytes: Int
    let run: () throws -> Void
}

/// The stages over one page of records; nothing of one counts for another, but for what its name says.
struct Stages {
    let page: PageBytes
    private let tape = Tape()
    private let records: Int
    private let folder: String

    /// - Parameters:
    ///   - selector: of the records in the page.
    ///   - folder: for what is written; best one in memory.
    init(_ page: PageBytes, selector: Selector, folder: String) throws {
        self.page = page
        self.folder = folder
        try Tokenizer.tokenize(page, into: tape)
        guard let found = selector.first(in: page, tape: tape, from: 0) else { throw NoRecords() }
        records = found
    }

    struct NoRecords: Error {}

    func all() throws -> [Stage] {
        [tokenizer, slowTokenizer, normalizer, ledger]
            + [[.jsonl], [.csv], [.jsonl, .csv]].map { writer($0) }
            + [contentHash, checksum, gzip]
    }

    private func stage(_ name: String, _ run: @escaping () throws -> Void) -> Stage { Stage(name: name, bytes: page.count, run: run) }

    private var tokenizer: Stage {
        let tape = Tape()
        return stage("tokenizer") { try Tokenizer.tokenize(page, into: tape) }
    }

    /// The judge of the fast one.
    private var slowTokenizer: Stage {
        let tape = Tape()
        return stage("scalar tokenizer") { try ScalarTokenizer.tokenize(page, into: tape) }
    }

    private var normalizer: Stage {
        let normalizer = Normalizer(resource: resource(key: []), known: [], spill: nil)
        return stage("normalizer") { _ = try normalizer.normalize(page, tape, records: records) }
    }

    /// The normalizer again, that now looks every record up and finds it.
    private var ledger: Stage {
        let normalizer = Normalizer(resource: resource(key: ["_id"]), known: [], spill: nil)
        return stage("ledger of keys") { _ = try normalizer.normalize(page, tape, records: records) }
    }

    /// Normalizing, encoding, SHA-256 and `write`.
    private func writer(_ formats: [FileFormat]) -> Stage {
        let name = formats.map(\.rawValue).joined(separator: "+")
        guard let load = LoadID("20260101T000000Z-000000") else { preconditionFailure("a load id") }
        let resource = resource(key: [])
        let writer = ResourceWriter(
            resource: resource, load: load, naming: TableNaming([.init(resource.name)], known: []), known: [],
            staging: StagingFolder("\(folder)/\(name)"), options: FileOptions(formats: formats, bytesPerPart: 64 << 20))
        var number = 0
        return stage("rows as \(name)") {
            number += 1
            _ = try writer.write(page, tape, records: records, number: number)
        }
    }

    private func resource(key: [String]) -> Resource {
        Resource(name: "requests", request: RequestTemplate(path: Template("requests")), primaryKey: key.map { Selector(keys: [$0]) })
    }

    private var contentHash: Stage { stage("fast hash") { _ = fastHash(page.base, page.count) } }

    private var checksum: Stage {
        stage("SHA-256") {
            var sum = Checksum()
            page.withBytes { sum.update(UnsafeRawBufferPointer($0)) }
            _ = sum.hexadecimal()
        }
    }

    private var gzip: Stage {
        let path = "\(folder)/page"
        return stage("gzip, written") {
            if access(path, F_OK) != 0 { try Array(page.withBytes { Array($0) }).write(to: path) }
            let file = open(path, O_RDONLY | O_CLOEXEC)
            defer { close(file) }
            _ = try GzipFile.compress(file, path, to: path + ".gz")
        }
    }
}

extension [UInt8] {
    fileprivate func write(to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(file) }
        try withUnsafeBytes { try Disk.writeAll($0, to: file, path) }
    }
}
