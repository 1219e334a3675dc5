import LakeModel
import LakeNormalize
import LakeSchema

/// Writes one table of one load as parts, each of which matches one schema version.
///
/// Rows of a part wait in memory until its first flush, so that columns which come a page later do not make a new file;
/// at the first flush the columns are fixed. A part gets its version when it closes.
final class TableWriter {
    let schema: TableSchema
    private let folder: String
    private let options: FileOptions
    private var part: Part?
    private var partCount = 0
    private(set) var files: [StagedFile] = []
    private(set) var rows = 0
    private(set) var replaced = 0
    /// Buffers of a flushed part are written from this size on.
    static let bufferBytes = 128 << 10

    private final class Part {
        var rows = 0
        /// Waiting rows and their number of columns, in order; until the first flush.
        var widths: [(rows: Int, columns: Int)] = []
        /// Set by the first flush.
        var isFlushed = false
        /// By column: whether a row of the part has a value there.
        var hasValues: [Bool] = []
        let files: [PartFile]
        init(files: [PartFile]) { self.files = files }
    }

    /// - Parameter folder: the table's folder in staging.
    init(schema: TableSchema, folder: String, options: FileOptions) {
        self.schema = schema
        self.folder = folder
        self.options = options
    }

    /// Encoded bytes that wait for the first flush of the open part.
    var waitingBytes: Int { part.map { $0.isFlushed ? 0 : bytes($0) } ?? 0 }
    /// Encoded bytes that may be written at any time.
    var bufferedBytes: Int { part.map { $0.isFlushed ? bytes($0) : 0 } ?? 0 }

    private func bytes(_ part: Part) -> Int { part.files.reduce(0) { $0 + $1.waiting } }

    /// Closes the open part where its rows would not satisfy the version to come.
    func prepare(for plan: TableSchema.Plan) throws(FileFault) {
        guard let part, part.rows > 0 else { return }
        let breaks = plan.reencoded.contains { $0 < part.hasValues.count && part.hasValues[$0] }
        if breaks || (plan.addsColumns && part.isFlushed) { try closePart() }
    }

    /// Appends the rows of one page; the schema has taken their plan over.
    func append(_ page: TableRows, _ source: RowEncoder.Source) throws(FileFault) {
        let part = openPart()
        var encoder = RowEncoder(schema: schema, source: source)
        defer { encoder.free() }
        encoder.countsInJSON = options.formats.contains(.jsonl)
        noteValues(page, in: part)
        var done = 0
        while done < page.rows.count {
            let end = encode(page, from: done, &encoder, part)
            noteRows(end - done, in: part)
            done = end
            if done < page.rows.count { try limitBetweenSlices() }
        }
        replaced += encoder.replaced
        if part.rows >= options.rowsPerPart || part.files.reduce(0, { $0 + $1.written + $1.waiting }) >= options.bytesPerPart {
            try closePart()
        }
    }

    private func encode(_ page: TableRows, from start: Int, _ encoder: inout RowEncoder, _ part: Part) -> Int {
        let jsonl = part.files.first { $0.format == .jsonl }, csv = part.files.first { $0.format == .csv }
        var none: OutputBuffer?, noEnds: [Int]?
        switch (jsonl, csv) {
        case (let jsonl?, let csv?): return encoder.encode(page, from: start, jsonl: &jsonl.buffer, csv: &csv.buffer, rowEnds: &csv.rowEnds)
        case (let jsonl?, nil): return encoder.encode(page, from: start, jsonl: &jsonl.buffer, csv: &none, rowEnds: &noEnds)
        case (nil, let csv?): return encoder.encode(page, from: start, jsonl: &none, csv: &csv.buffer, rowEnds: &csv.rowEnds)
        case (nil, nil): return page.rows.count
        }
    }

    /// Keeps one large page from taking many times its size. What is flushed here would be flushed at the end of the page
    /// just as well: the table alone is over the limit of all, and the page's columns are known.
    private func limitBetweenSlices() throws(FileFault) {
        if waitingBytes > options.waitingBytes { try firstFlush() }
        try flush(from: Self.bufferBytes)
    }

    private func noteRows(_ count: Int, in part: Part) {
        part.rows += count
        rows += count
        guard !part.isFlushed else { return }
        if let last = part.widths.last, last.columns == schema.columns.count { part.widths[part.widths.count - 1].rows += count } else {
            part.widths.append((count, schema.columns.count))
        }
    }

    private func noteValues(_ page: TableRows, in part: Part) {
        while part.hasValues.count < schema.columns.count { part.hasValues.append(false) }
        for (leaf, facts) in page.facts.enumerated() where !facts.kinds.subtracting(.null).isEmpty {
            part.hasValues[schema.leafColumns[leaf]] = true
        }
    }

    private func openPart() -> Part {
        if let part { return part }
        let new = Part(files: options.formats.map { PartFile(format: $0, folder: folder + "/" + $0.rawValue, part: partCount) })
        part = new
        return new
    }

    /// The first flush of the open part: its columns are fixed from here on.
    func firstFlush() throws(FileFault) {
        guard let part, !part.isFlushed else { return }
        part.isFlushed = true
        let header = Array((schema.columns.map { $0.name }.joined(separator: ",") + "\n").utf8)
        for file in part.files {
            try file.flushWaitingRows(header: header, widths: part.widths, columns: schema.columns.count)
        }
        part.widths = []
    }

    /// Writes the buffers of a flushed part where one of them holds at least so many bytes.
    func flush(from bytes: Int) throws(FileFault) {
        guard let part, part.isFlushed else { return }
        if part.files.contains(where: { $0.waiting >= bytes }) { try PartFile.flush(part.files) }
    }

    func closePart() throws(FileFault) {
        guard let part, part.rows > 0 else { return }
        try firstFlush()
        let version = schema.closeVersion()
        for file in part.files {
            let name = "\(schema.name).v\(version.version).\(pad(partCount, 5)).\(file.format.rawValue)\(options.compression.fileSuffix)"
            let (bytes, sha256) = try file.finish(name: name, compression: options.compression)
            files.append(StagedFile(
                table: schema.name, format: file.format, compression: options.compression, name: name, schemaVersion: version.version,
                rows: part.rows, bytes: bytes, sha256: sha256))
        }
        partCount += 1
        self.part = nil
    }
}
