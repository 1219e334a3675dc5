import LakeJSON
import LakeModel
import LakeSource

// Records in, rows out. Comes in: a page, its tape, where its records are. Goes out: the rows of each table as cells
// that point back into the page, and what was observed of each leaf. Touches nothing; throws only what its ledger's
// spill throws. Pointers live in the files named `+Unsafe`.

/// Limits of the shapes that a resource may take.
package struct NormalizeLimits: Sendable {
    /// Keys of one nested object path that become columns; further ones go into `path__rest` as JSON.
    package var keysPerObject: Int
    /// The same for the records themselves and for the elements of arrays.
    package var keysPerRecord: Int
    package init(keysPerObject: Int = 200, keysPerRecord: Int = 2000) {
        self.keysPerObject = keysPerObject
        self.keysPerRecord = keysPerRecord
    }

    /// Those that the definition sets.
    package init(_ resource: Resource) {
        self.init()
        if let keys = resource.maxColumnsPerPath { keysPerObject = keys }
    }
}

/// A column that is known from earlier loads.
package struct KnownColumn: Sendable {
    package var table: FieldPath
    package var path: FieldPath
    package var isJSON: Bool
    package var isRest: Bool
    /// Whether it has held nothing but null so far.
    package var isNullOnly: Bool
    package init(table: FieldPath, path: FieldPath, isJSON: Bool, isRest: Bool, isNullOnly: Bool = false) {
        self.table = table
        self.path = path
        self.isJSON = isJSON
        self.isRest = isRest
        self.isNullOnly = isNullOnly
    }
}

/// A leaf of a table: a path at which values were found.
package struct LeafInfo: Sendable {
    package var path: FieldPath
    /// The normalized pieces of its name, below its table.
    package var pieces: [String]
    /// Whether its values are kept as JSON.
    package var isJSON: Bool
    /// Whether it holds the further keys of an object used as a map; its path is then that of the object.
    package var isRest: Bool

    package init(path: FieldPath, pieces: [String], isJSON: Bool, isRest: Bool) {
        self.path = path
        self.pieces = pieces
        self.isJSON = isJSON
        self.isRest = isRest
    }

    /// Tells the leaves of a table apart, over loads too.
    package var identity: String { path.text + (isRest ? "#rest" : isJSON ? "#json" : "") }
}

/// A table as the normalizer knows it.
package struct TableInfo: Sendable {
    package var path: FieldPath
    /// The normalized pieces of its name, below the resource's; empty for the root.
    package var pieces: [String]
    package var parent: Int?
}

/// Each record is in exactly one of the four: fetched = written + duplicate + filtered + quarantined.
package struct RecordCounts: Hashable, Sendable {
    package var fetched = 0
    package var written = 0
    package var duplicate = 0
    package var filtered = 0
    package var quarantined = 0
    /// Of the written ones: a further version of a key that was written before.
    package var changed = 0
    package init() {}

    package var addUp: Bool { fetched == written + duplicate + filtered + quarantined }

    package static func + (a: RecordCounts, b: RecordCounts) -> RecordCounts {
        var sum = a
        sum.fetched += b.fetched
        sum.written += b.written
        sum.duplicate += b.duplicate
        sum.filtered += b.filtered
        sum.quarantined += b.quarantined
        sum.changed += b.changed
        return sum
    }
}

/// What was counted beside the records.
package struct SideCounts: Hashable, Sendable {
    /// Keys that stood twice in one object; the last one counted.
    package var duplicateKeys = 0
    /// Objects and arrays without content; they leave no row.
    package var emptyContainers = 0
    /// Keys that went into a `…__rest` column.
    package var restKeys = 0
    /// Records that were not looked up for duplicates because the ledger was full.
    package var uncheckedKeys = 0
    /// Characters of `…__rest` columns that became U+FFFD; those of other columns are counted where they are written.
    package var replacedInRest = 0
    /// Fields that the definition leaves out: excluded, not included, or personal and dropped. Once per record.
    package var droppedFields = 0
    /// Values of personal fields that were replaced by their hash, or redacted.
    package var hashedValues = 0
    package var redactedValues = 0
    /// Texts that stand for null by the definition (`null_values`).
    package var nulledValues = 0
    /// Dates and times that were written in the lake's form (`timestamp_format`).
    package var convertedTimes = 0
    /// What a contract discards: values, and rows of child tables. Their records stand in the quarantine.
    package var discardedValues = 0
    package var discardedRows = 0
    /// Nulls, and objects and arrays without content, under keys that a contract lets make no column.
    package var leftOutNulls = 0
    package init() {}

    package static func + (a: SideCounts, b: SideCounts) -> SideCounts {
        var sum = a
        sum.duplicateKeys += b.duplicateKeys
        sum.emptyContainers += b.emptyContainers
        sum.restKeys += b.restKeys
        sum.uncheckedKeys += b.uncheckedKeys
        sum.replacedInRest += b.replacedInRest
        sum.droppedFields += b.droppedFields
        sum.hashedValues += b.hashedValues
        sum.redactedValues += b.redactedValues
        sum.nulledValues += b.nulledValues
        sum.discardedValues += b.discardedValues
        sum.discardedRows += b.discardedRows
        sum.leftOutNulls += b.leftOutNulls
        sum.convertedTimes += b.convertedTimes
        return sum
    }
}

/// A record that is kept aside.
package struct QuarantinedRecord: Sendable {
    package enum Reason: String, Sendable {
        case missingPrimaryKey = "missing_primary_key"
        case notAnObject = "not_an_object"
    }
    /// Index in the page, from 0.
    package var record: Int
    package var token: Int
    package var reason: Reason
}

/// One page, normalized. Valid until the next page of the same normalizer.
package struct PageRows {
    /// Tables with at least one row in this page, in the order in which they were first seen.
    package var tables: [TableRows]
    package var quarantined: [QuarantinedRecord]
    package var counts: RecordCounts
    package var blobs: [BlobRange]
    package var blobBytes: [UInt8]
}
