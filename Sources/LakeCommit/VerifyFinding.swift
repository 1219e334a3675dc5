import LakeModel

// What a check of a dataset finds: facts only, the words are made where they are told. No value of a row stands in them.

/// One thing that is not as it was written.
package struct VerifyFinding: Hashable, Sendable {
    /// Relative to the dataset's folder.
    package var path: String
    /// The load whose files it is about, where it is about one.
    package var load: String?
    /// The resource whose data it is, where it is data.
    package var resource: String?
    package var fact: Fact

    package init(_ path: String, load: String? = nil, resource: String? = nil, _ fact: Fact) {
        self.path = path
        self.load = load
        self.resource = resource
        self.fact = fact
    }

    package enum Fact: Hashable, Sendable {
        // Any file.
        case missing
        /// The disk refuses it; `number` is the `errno`.
        case unreadable(number: Int32)
        case size(expected: Int, found: Int)
        case sha256(expected: String, found: String)
        /// Compressed, and cannot be unpacked to its end.
        case packing(reason: String)
        /// Nothing knows of it.
        case stray
        /// Data of a load that was never committed.
        case partitionWithoutRecord
        /// A removal names it, and it is still there.
        case expiredButThere

        // Documents.
        case document(place: String, expected: String)
        case syntax(reason: String)
        /// A load record's checksum is not that of its content.
        case ownChecksum
        /// It says what it should, but in other bytes than restlake writes.
        case otherBytes
        case record(RecordFault)
        case checksumList(ChecksumFault)
        case schema(SchemaFault)
        case manifest(ManifestFault)

        // Rows.
        /// Lines count from 1; of a CSV record it is the first one.
        case line(Int, RowFault)
        case rows(expected: Int, found: Int)
        /// A part does not go on where the one before it ended.
        case partStart(expected: Int, found: Int)
        /// A part's parents go back behind those of the part before it.
        case partParents
        /// The rows of the two formats have other places.
        case formatsDiffer
    }

    /// How a load record contradicts itself.
    package enum RecordFault: Hashable, Sendable {
        case loadID(found: String)
        case dataset(expected: String, found: String)
        case rowsOfFiles(table: String, format: FileFormat, expected: Int, found: Int)
        case rowsWritten(resource: String, expected: Int, found: Int)
        case noTable(String)
        case noParent(table: String)
    }

    package enum ChecksumFault: Hashable, Sendable {
        case line(Int)
        case lacks(path: String)
        case unknown(path: String)
        case differs(path: String)
    }

    package enum SchemaFault: Hashable, Sendable {
        case fingerprint(expected: String, found: String)
        case place(expected: String, found: String)
        case parent(expected: Int?, found: Int?)
        /// A column of the version before is gone, moved, or renamed.
        case column(String)
        case changes
    }

    package enum ManifestFault: Hashable, Sendable {
        case behind(newest: String?, expected: String)
        case differs
    }

    package enum RowFault: Hashable, Sendable {
        case json(reason: String)
        case noObject
        case tooLong
        /// The file ends within it.
        case noEnd
        case unknownColumn(String)
        case columnOrder(String)
        case noColumn(String)
        case value(column: String, type: String)
        case loadID
        case rowNumber(expected: Int?, found: Int)
        case parentRow(column: String, limit: Int, found: Int)
        case parentOrder(column: String)
        case header(expected: String)
        case fields(expected: Int, found: Int)
        case quotes(field: Int)
    }
}
