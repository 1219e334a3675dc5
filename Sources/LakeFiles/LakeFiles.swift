import LakeModel

// Rows and their schema in, staged data files out: JSONL and CSV parts with their checksums, quarantine files, the page
// log and the ledger's runs. Touches the disk inside the staging folder of its load only. Throws `FileFault`.
//
// A part, worked through. Page 1 of `requests` holds {"id":7,"note":null} and {"id":8,"note":"a, b"}:
//
//     requests.v1.00000.jsonl                                       requests.v1.00000.csv
//     {"_load_id":"…","_row_number":1,"id":7,"note":null}           _load_id,_row_number,id,note
//     {"_load_id":"…","_row_number":2,"id":8,"note":"a, b"}         …,1,7,
//                                                                   …,2,8,"a, b"

/// What the disk refused, and where.
package enum FileFault: Error, Hashable, Sendable {
    /// `number` is the `errno` of the call.
    case system(operation: Operation, path: String, number: Int32)
    case compression(path: String, reason: String)
    /// Rows went missing in our own hands: those of a table are not those of its files, or not the records written.
    case rowsDoNotAddUp(table: String)
    /// A line of a quarantine file is none; from 1.
    case quarantineLine(path: String, line: Int)
    /// A quarantine file is not what its load wrote.
    case quarantineChanged(path: String)

    package enum Operation: String, Sendable {
        case create, write, read, sync, close, rename, remove, makeFolder = "make folder", list, lock, inspect
    }
}

/// How the data of a load is written.
package struct FileOptions: Sendable {
    package var formats: [FileFormat]
    package var compression: Compression
    /// A part that holds this many rows, or bytes of both formats, closes at the end of the page.
    package var rowsPerPart: Int
    package var bytesPerPart: Int
    /// Rows of a resource that wait in memory before the first flush of their parts, as encoded bytes.
    package var waitingBytes: Int

    package init(
        formats: [FileFormat] = FileFormat.allCases, compression: Compression = .none, rowsPerPart: Int = 5_000_000,
        bytesPerPart: Int = 1 << 30, waitingBytes: Int = 2 << 20
    ) {
        self.formats = formats
        self.compression = compression
        self.rowsPerPart = rowsPerPart
        self.bytesPerPart = bytesPerPart
        self.waitingBytes = waitingBytes
    }
}

/// A finished file in the staging folder.
package struct StagedFile: Hashable, Sendable {
    package var table: String
    package var format: FileFormat
    package var compression: Compression
    /// `requests.v3.00000.jsonl.gz`
    package var name: String
    package var schemaVersion: Int
    package var rows: Int
    package var bytes: Int
    /// Of the bytes as stored, in hexadecimal.
    package var sha256: String
}

/// Values that were written otherwise than they came.
package struct SanitizedCounts: Hashable, Sendable {
    /// NUL characters and lone surrogates, replaced by U+FFFD.
    package var replacedCharacters = 0
    package init() {}
}
