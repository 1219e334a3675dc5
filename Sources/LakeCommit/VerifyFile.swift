import LakeFiles
import LakeModel
import LakeSchema

/// One file that a load record names, and what is known of it before it is opened.
struct FileToVerify: Sendable {
    var path: String
    var compression = Compression.none
    var bytes: Int
    var sha256: String
    /// Nil for a file that holds no rows of a table.
    var rows: (format: FileFormat, count: Int, expectation: PartExpectation)?
}

/// What one file turned out to be.
struct VerifiedFile: Sendable {
    var path: String
    var found: [VerifyFinding.Fact] = []
    /// Of its rows; nil where they were not read to their end.
    var facts: PartFacts?

    /// - Parameter isQuick: presence and size are enough.
    init(_ file: FileToVerify, _ paths: LakePaths, isQuick: Bool) {
        path = file.path
        do throws(FileFault) {
            guard let size = try StoredFile.size(paths.absolute(file.path)) else {
                found.append(.missing)
                return
            }
            if size != file.bytes { found.append(.size(expected: file.bytes, found: size)) }
            if !isQuick { try read(file, paths) }
        } catch {
            found.append(error.fact)
        }
    }

    private mutating func read(_ file: FileToVerify, _ paths: LakePaths) throws(FileFault) {
        switch file.rows?.format {
        case .jsonl?: try read(file, paths, file.rows.map { JSONLReader($0.expectation) })
        case .csv?: try read(file, paths, file.rows.map { CSVReader($0.expectation) })
        case nil: try read(file, paths, CSVReader?.none)
        }
    }

    private mutating func read(_ file: FileToVerify, _ paths: LakePaths, _ reader: (some PartReader)?) throws(FileFault) {
        var reader = reader
        defer { reader?.free() }
        let stored = try StoredFile.read(paths.absolute(file.path), file.compression) { reader?.read($0) }
        guard let stored else {
            found.append(.missing)  // It went meanwhile.
            return
        }
        if stored.sha256 != file.sha256 { found.append(.sha256(expected: file.sha256, found: stored.sha256)) }
        if let reason = stored.packingFault { found.append(.packing(reason: reason)) }
        guard stored.packingFault == nil, let rows = file.rows else { return }
        reader?.finish()
        guard let facts = reader?.facts else { return }
        if let fault = facts.fault { return found.append(.line(fault.line, fault.1)) }
        if facts.rows != rows.count { return found.append(.rows(expected: rows.count, found: facts.rows)) }
        self.facts = facts
    }
}

extension FileFault {
    /// What a fault of the disk means for the file that was looked at.
    var fact: VerifyFinding.Fact {
        switch self {
        case .system(_, _, let number): .unreadable(number: number)
        case .compression(_, let reason): .packing(reason: reason)
        case .rowsDoNotAddUp, .quarantineLine, .quarantineChanged: .unreadable(number: 0)  // Reading bytes never says so.
        }
    }
}
