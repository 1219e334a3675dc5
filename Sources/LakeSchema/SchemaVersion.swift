import LakeModel
import LakeNormalize

/// One column of a schema version.
package struct Column: Hashable, Sendable {
    /// Stable for ever, counted from 1 in the table.
    package var id: Int
    package var name: String
    package var type: ColumnType
    package var isNullable: Bool
    /// Where the value stands in a record; nil for system columns.
    package var path: FieldPath?
    /// Holds the further keys of an object used as a map.
    package var isRest: Bool
    /// What the definition said of it when the version was made. It tells no versions apart.
    package var description: String?

    package init(
        id: Int, name: String, type: ColumnType, isNullable: Bool = true, path: FieldPath? = nil, isRest: Bool = false,
        description: String? = nil
    ) {
        self.id = id
        self.name = name
        self.type = type
        self.isNullable = isNullable
        self.path = path
        self.isRest = isRest
        self.description = description
    }

    package var isSystem: Bool { path == nil }

    /// Whether a loader sees the same in both.
    func isSame(as other: Column) -> Bool {
        var other = other
        other.description = description
        return self == other
    }

    /// As `LeafInfo.identity`.
    var identity: Identity? {
        path.map { Identity($0.text + (isRest ? "#rest" : type == .json ? "#json" : "")) }
    }

    /// The leaf whose values it holds; nil for system columns.
    /// - Parameter table: where the table's rows stand in a record.
    package func leaf(in table: FieldPath) -> LeafInfo? {
        guard let path else { return nil }
        var pieces = path.steps.dropFirst(table.steps.count).compactMap { step in
            if case .key(let key) = step { Names.piece(key) } else { nil }
        }
        if isRest { pieces.append("rest") } else if pieces.isEmpty { pieces = ["value"] }
        return LeafInfo(path: path, pieces: pieces, isJSON: type == .json, isRest: isRest)
    }
}

/// A text compared by its bytes: Swift calls the two spellings of "é" equal, JSON does not.
struct Identity: Hashable, Sendable {
    let bytes: [UInt8]
    init(_ text: String) { bytes = Array(text.utf8) }
}

/// One step in the evolution of a table.
package struct SchemaChange: Hashable, Sendable {
    package enum What: String, Sendable {
        case addTable = "add_table"
        case addColumn = "add_column"
        case widenType = "widen_type"
        /// A column that was not nullable takes null.
        case allowNull = "allow_null"
    }
    package var what: What
    package var column: String?
    package var columnID: Int?
    package var from: ColumnType?
    package var to: ColumnType?
    package var path: FieldPath?
    /// Where it was first seen.
    package var load: String
    package var place: Place

    package var isAdditive: Bool { what == .addTable || what == .addColumn }

    package init(
        _ what: What, column: String? = nil, columnID: Int? = nil, from: ColumnType? = nil, to: ColumnType? = nil,
        path: FieldPath? = nil, load: String, place: Place
    ) {
        self.what = what
        self.column = column
        self.columnID = columnID
        self.from = from
        self.to = to
        self.path = path
        self.load = load
        self.place = place
    }
}

/// A numbered, immutable, fingerprinted list of columns. Columns are only ever appended; types only widen; what may be
/// null may be so for ever.
package struct SchemaVersion: Hashable, Sendable {
    package var table: String
    package var resource: String
    /// Where the table's rows stand in a record: `$` or `$.tags[*]`.
    package var path: FieldPath
    /// Name of the parent table.
    package var parent: String?
    package var version: Int
    package var parentVersion: Int?
    /// The load that made it.
    package var load: String
    package var columns: [Column]
    package var changes: [SchemaChange]

    package init(
        table: String, resource: String, path: FieldPath, parent: String?, version: Int, parentVersion: Int?, load: String,
        columns: [Column], changes: [SchemaChange]
    ) {
        self.table = table
        self.resource = resource
        self.path = path
        self.parent = parent
        self.version = version
        self.parentVersion = parentVersion
        self.load = load
        self.columns = columns
        self.changes = changes
    }

    /// 32 hexadecimal digits over everything that a loader can see of the columns; equal columns, equal fingerprint.
    package var fingerprint: String {
        let lines = columns.map { "\($0.id)\t\($0.name)\t\($0.type.rawValue)\t\($0.isNullable)\t\($0.path?.text ?? "")\t\($0.isRest)" }
        return LakeModel.fingerprint(of: lines.joined(separator: "\n"))
    }
}

/// What earlier loads know of a table.
package struct KnownTable: Sendable {
    package var version: SchemaVersion
    /// By column, system columns included.
    package var facts: [ColumnFacts]

    package init(version: SchemaVersion, facts: [ColumnFacts]) {
        self.version = version
        self.facts = facts
    }

    /// The columns as the normalizer wants to know them. A child table without any is told by the place of its values.
    package var knownColumns: [KnownColumn] {
        let columns = version.columns.compactMap { column in
            column.path.map {
                KnownColumn(
                    table: version.path, path: $0, isJSON: column.type == .json, isRest: column.isRest,
                    isNullOnly: column.type == .unknown)
            }
        }
        guard columns.isEmpty, version.parent != nil else { return columns }
        return [KnownColumn(table: version.path, path: version.path, isJSON: false, isRest: false, isNullOnly: true)]
    }
}
