import LakeModel

// What a definition says of single fields: hints for their columns, contracts, what is left out, what is personal.

/// A field of a table's rows, as a definition names it.
///
/// Keys of `columns` are a column's name (`customer__tier`, as in dlt) or the place of the field in a record
/// (`customer.tier`, `tags[*].name`). What stands behind the last `[*]` is a field of a child table.
package struct FieldReference: Hashable, Sendable {
    /// Where the table's rows stand in a record: empty for the root table, `[tags, *]` for the elements of `tags`.
    package var table: [Selector.Step]
    /// The field within a row: keys only. Empty: the row itself, such as an element of a list of texts.
    package var field: [String]
    /// Whether it means its place alone. Else a single key may also be the name of a column.
    package var isPlaceAlone = false

    package init(table: [Selector.Step] = [], field: [String], isPlaceAlone: Bool = false) {
        self.table = table
        self.field = field
        self.isPlaceAlone = isPlaceAlone
    }

    /// - Parameter selector: keys and `[*]` only; nil where it holds an index.
    package init?(_ selector: Selector) {
        let end = selector.steps.lastIndex(of: .all).map { $0 + 1 } ?? 0
        var field: [String] = []
        for step in selector.steps[end...] {
            guard case .key(let key) = step else { return nil }
            field.append(key)
        }
        for case .index in selector.steps[..<end] { return nil }
        self.init(table: Array(selector.steps[..<end]), field: field)
    }

    /// As it would be written: `tags[*].name`.
    package var text: String { Selector(describing: table + field.map(Selector.Step.key)).description }
}

/// What a definition says of a column: dlt's `columns`.
package struct ColumnHint: Hashable, Sendable {
    package var field: FieldReference
    /// The column has this type, or a wider one where a value does not fit and the contract lets it.
    package var dataType: ColumnType?
    /// false: a row without a value breaks the contract.
    package var isNullable: Bool?
    package var description: String?
    /// How the API writes dates and times; they are then written in the lake's form.
    package var timestampFormat: TimestampFormat?
    /// Texts that stand for null.
    package var nullValues: [String]

    package init(
        field: FieldReference, dataType: ColumnType? = nil, isNullable: Bool? = nil, description: String? = nil,
        timestampFormat: TimestampFormat? = nil, nullValues: [String] = []
    ) {
        self.field = field
        self.dataType = dataType
        self.isNullable = isNullable
        self.description = description
        self.timestampFormat = timestampFormat
        self.nullValues = nullValues
    }
}

/// How an API writes a moment, a date or a time.
package enum TimestampFormat: Hashable, Sendable {
    /// A number, or a text that holds one, since 1970-01-01T00:00:00Z.
    case epochSeconds, epochMilliseconds, epochMicroseconds
    /// ISO 8601; a moment without zone counts as UTC.
    case iso
    /// As for `strptime`: `%d/%m/%Y %H:%M`. Without `%z` it counts as UTC. `TimestampPattern` takes it apart; one that a
    /// definition was read with can be.
    case pattern(String)

    /// Of those that have a name.
    package static let names = ["epoch_seconds", "epoch_milliseconds", "epoch_microseconds", "iso"]

    package var text: String {
        switch self {
        case .epochSeconds: "epoch_seconds"
        case .epochMilliseconds: "epoch_milliseconds"
        case .epochMicroseconds: "epoch_microseconds"
        case .iso: "iso"
        case .pattern(let pattern): pattern
        }
    }
}

/// What happens where data would change the schema: dlt's `schema_contract`.
package struct SchemaContract: Hashable, Sendable {
    package enum Mode: String, CaseIterable, Hashable, Sendable {
        case evolve, freeze
        case discardRow = "discard_row"
        case discardValue = "discard_value"
    }
    /// A table that the last committed load does not know; a resource's own table always comes.
    package var tables: Mode
    /// A column that the committed version of its table does not know, or that got no type yet.
    package var columns: Mode
    /// A value that the column's type does not hold, or a missing one where the column is not nullable.
    package var dataType: Mode

    package init(tables: Mode = .evolve, columns: Mode = .evolve, dataType: Mode = .evolve) {
        self.tables = tables
        self.columns = columns
        self.dataType = dataType
    }

    package var isEvolving: Bool { tables == .evolve && columns == .evolve && dataType == .evolve }
}

/// What a definition says of a child table: dlt's `nested_hints`. Its columns stand among those of the resource.
package struct NestedTable: Hashable, Sendable {
    /// Where its rows stand in a record; ends with `[*]`.
    package var table: [Selector.Step]
    /// In the place of the resource's.
    package var contract: SchemaContract?
    /// Instead of `<parent>__<path>`.
    package var tableName: String?

    package init(table: [Selector.Step], contract: SchemaContract? = nil, tableName: String? = nil) {
        self.table = table
        self.contract = contract
        self.tableName = tableName
    }
}

/// Which fields of a record go into the lake, and how. It holds for a field and all below it.
///
/// The lists in the place of a field count as `PassedLists` says: of fields that are included further ones may be gone
/// through, of others they mean nothing.
package struct FieldRules: Hashable, Sendable {
    /// Nothing but these; nil: all.
    package var include: [FieldReference]?
    package var exclude: [FieldReference]
    package var personal: [PersonalField]

    package init(include: [FieldReference]? = nil, exclude: [FieldReference] = [], personal: [PersonalField] = []) {
        self.include = include
        self.exclude = exclude
        self.personal = personal
    }

    package var isEmpty: Bool { include == nil && exclude.isEmpty && personal.isEmpty }
    package var hashes: Bool { personal.contains { $0.action == .hash } }
}

/// A field that holds personal data, and what becomes of it.
package struct PersonalField: Hashable, Sendable {
    package enum Action: String, CaseIterable, Hashable, Sendable {
        /// HMAC-SHA-256 of the value with a key from the secrets, 64 hexadecimal digits: equal values stay equal, and a
        /// number and a text of the same digits stay two values.
        case hash
        /// `[redacted]`; null stays null.
        case redact
        /// The field is left out.
        case drop
    }
    package var field: FieldReference
    package var action: Action
    package init(field: FieldReference, action: Action) {
        self.field = field
        self.action = action
    }
}
