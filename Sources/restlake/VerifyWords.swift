import Glibc
import LakeCommit
import LakeFiles
import LakeModel

/// A finding in words: what it is, what was expected and found, and what to do about it.
struct VerifyWords {
    /// For programs: `sha256`.
    var code: String
    var what: String
    var expected: String?
    var found: String?
    var advice: String

    init(_ finding: VerifyFinding) {
        let advice = Self.advice(finding)
        switch finding.fact {
        case .missing: self.init("missing", "it is missing", advice)
        case .unreadable(let number): self.init("unreadable", "it cannot be read", "a readable one", String(cString: strerror(number)), advice)
        case .size(let expected, let found):
            self.init("size", "its size is another", "\(Human.number(expected)) bytes", Human.number(found), advice)
        case .sha256(let expected, let found): self.init("sha256", "its content is another", "SHA-256 \(expected)", found, advice)
        case .packing(let reason): self.init("compression", "it cannot be unpacked", "a whole gzip file", reason, advice)
        case .stray: self.init("stray", "no record knows of it", advice)
        case .partitionWithoutRecord: self.init("no_record", "there is no record of this load, so it was never committed", advice)
        case .expiredButThere: self.init("expired", "its load is expired, and it is still there", advice)
        case .document(let place, let expected): self.init("document", "it is damaged at '\(Human.escaped(place))'", Human.escaped(expected), nil, advice)
        case .syntax(let reason): self.init("document", "it is damaged: \(Human.escaped(reason))", advice)
        case .ownChecksum: self.init("checksum", "its checksum is not that of its content", advice)
        case .otherBytes: self.init("bytes", "it was changed: restlake writes the same content in other bytes", advice)
        case .record(let fault): self.init(fault, advice)
        case .checksumList(let fault): self.init(fault, advice)
        case .schema(let fault): self.init(fault, advice)
        case .manifest(.behind(let newest, let expected)):
            self.init("manifest", "it is behind the records", "newest load \(expected)", newest ?? "none", advice)
        case .manifest(.differs): self.init("manifest", "it is not what the records give", advice)
        case .line(let line, let fault): self.init(line, fault, advice)
        case .rows(let expected, let found): self.init("rows", "its row count is another", Human.number(expected), Human.number(found), advice)
        case .partStart(let expected, let found):
            self.init("row_numbers", "its rows do not go on where the part before it ends", "_row_number \(expected)", "\(found)", advice)
        case .partParents: self.init("parents", "its parents lie before those of the part before it", advice)
        case .formatsDiffer: self.init("formats", "its rows have other numbers than those of the other format", advice)
        }
    }

    private init(_ code: String, _ what: String, _ expected: String?, _ found: String?, _ advice: String) {
        self.code = code
        self.what = what
        self.expected = expected
        self.found = found
        self.advice = advice
    }

    private init(_ code: String, _ what: String, _ advice: String) { self.init(code, what, nil, nil, advice) }

    private init(_ fault: VerifyFinding.RecordFault, _ advice: String) {
        switch fault {
        case .loadID(let found): self.init("record", "its load_id is not its name", nil, Human.escaped(found), advice)
        case .dataset(let expected, let found): self.init("record", "it is of another dataset", expected, Human.escaped(found), advice)
        case .rowsOfFiles(let table, let format, let expected, let found):
            self.init("record", "\(table): the rows of its \(format.rawValue) files do not add up", Human.number(expected), Human.number(found), advice)
        case .rowsWritten(let resource, let expected, let found):
            self.init(
                "record", "\(Human.escaped(resource)): the rows are not the records written", Human.number(expected), Human.number(found), advice)
        case .noTable(let table): self.init("record", "it names files of \(table), and no such table", advice)
        case .noParent(let table): self.init("record", "it names \(table) without its parent table", advice)
        }
    }

    private init(_ fault: VerifyFinding.ChecksumFault, _ advice: String) {
        switch fault {
        case .line(let line): self.init("checksums", "line \(line): it is damaged", "64 digits, two blanks, a path", nil, advice)
        case .lacks(let path): self.init("checksums", "it does not list \(Human.escaped(path))", advice)
        case .unknown(let path): self.init("checksums", "it lists \(Human.escaped(path)), which the record does not", advice)
        case .differs(let path): self.init("checksums", "of \(Human.escaped(path)) it has another checksum than the record", advice)
        }
    }

    private init(_ fault: VerifyFinding.SchemaFault, _ advice: String) {
        switch fault {
        case .fingerprint(let expected, let found): self.init("schema", "its fingerprint is not that of the load record", expected, found, advice)
        case .place(let expected, let found): self.init("schema", "it is another document", expected, Human.escaped(found), advice)
        case .parent(let expected, let found):
            self.init(
                "schema", "it follows another version", expected.map { "version \($0)" } ?? "none", found.map { "\($0)" } ?? "none", advice)
        case .column(let name): self.init("schema", "the column \(name) of the version before it is not in its place", advice)
        case .changes: self.init("schema", "its changes are not those of the load record", advice)
        }
    }

    private init(_ line: Int, _ fault: VerifyFinding.RowFault, _ advice: String) {
        let place = "line \(Human.number(line)): "
        switch fault {
        case .json(let reason): self.init("line", place + "it is no JSON: \(Human.escaped(reason))", advice)
        case .noObject: self.init("line", place + "it is no object", advice)
        case .tooLong: self.init("line", place + "it does not end", advice)
        case .noEnd: self.init("line", place + "the file ends within it", advice)
        case .unknownColumn(let name): self.init("column", place + "the schema version has no column '\(Human.escaped(name))'", advice)
        case .columnOrder(let name): self.init("column", place + "the column \(name) is not in its place", advice)
        case .noColumn(let name): self.init("column", place + "it lacks \(name)", advice)
        case .value(let column, let type): self.init("value", place + "the value of \(column) is of another kind", type, nil, advice)
        case .loadID: self.init("load_id", place + "its _load_id is that of another load", advice)
        case .rowNumber(let expected, let found):
            self.init("row_numbers", place + "the row numbers have a gap", expected.map { "\($0)" } ?? "from 1 on", "\(found)", advice)
        case .parentRow(let column, let limit, let found):
            self.init("parents", place + "there is no row that \(column) means", "1 to \(limit)", "\(found)", advice)
        case .parentOrder(let column): self.init("parents", place + "\(column) goes back", advice)
        case .header(let expected): self.init("header", place + "the header is not that of the schema version", expected, nil, advice)
        case .fields(let expected, let found): self.init("line", place + "the number of fields is another", "\(expected)", "\(found)", advice)
        case .quotes(let field): self.init("line", place + "the quotes of field \(field) are wrong", advice)
        }
    }

    private static func advice(_ finding: VerifyFinding) -> String {
        if finding.path == "manifest.json", finding.fact != .stray { return "Run: restlake verify --repair" }
        switch finding.fact {
        case .stray: return "Move it away, or find out who put it there."
        case .partitionWithoutRecord: return "Readers that glob see its rows: move it away."
        case .expiredButThere: return "Run: restlake verify --repair"
        case .unreadable: return "Make it readable, then verify again."
        default: break
        }
        guard let resource = finding.resource, !finding.path.hasPrefix("_lake/") else { return "Restore it from a copy." }
        return "Restore it from a copy, or read \(Human.escaped(resource)) again: the command that exports this dataset, "
            + "with --full-refresh --resource \(Human.shellWord(resource))"
    }

    /// One line.
    func sentence(_ path: String) -> String {
        let seen = [expected.map { "expected \($0)" }, found.map { "found \($0)" }].compactMap { $0 }.joined(separator: ", ")
        return "\(Human.escaped(path)): \(what)\(seen.isEmpty ? "" : ": " + seen). \(advice)"
    }
}
