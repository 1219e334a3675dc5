import LakeModel
import LakeNormalize
import LakeSource

/// The part of `schema_contract` that a value breaks.
package enum BrokenContract: String, Hashable, Sendable {
    case tables, columns
    case dataType = "data_type"
    /// A row without a value where the definition says that there is one; `data_type` rules it.
    case nullable
}

/// Data that would change the schema in a way that the contract does not let it.
package struct SchemaBreach: Error, Hashable, Sendable {
    package var contract: BrokenContract
    package var table: String
    /// nil where it is the table itself.
    package var column: String?
    /// Of the value in a record: `$.tags[*].id`.
    package var path: FieldPath
    /// What the contract holds to; nil for what is new, `unknown` for a column that has held nothing but null.
    package var expected: ColumnType?
    /// The type of the value alone; nil where there is none.
    package var found: ColumnType?
    package var place: Place
    /// The child table whose `nested_hints` hold the contract, by where its rows stand; nil for that of the resource.
    package var owner: FieldPath?

    package init(
        _ contract: BrokenContract, table: String, column: String? = nil, path: FieldPath, expected: ColumnType? = nil,
        found: ColumnType? = nil, place: Place, owner: FieldPath? = nil
    ) {
        self.contract = contract
        self.table = table
        self.column = column
        self.path = path
        self.expected = expected
        self.found = found
        self.place = place
        self.owner = owner
    }
}

/// What a record breaks that goes on, or goes into the quarantine.
package struct RecordBreaches: Hashable, Sendable {
    package struct Item: Hashable, Sendable {
        package var breach: SchemaBreach
        /// What the contract says is done about it.
        package var mode: SchemaContract.Mode
    }
    /// So many are kept of one record.
    package static let mostListed = 20

    /// In the order of the record, the first ones.
    package var listed: [Item]
    /// Of all of them.
    package var count: Int
}
