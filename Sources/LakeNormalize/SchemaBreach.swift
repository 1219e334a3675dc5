import LakeModel

/// What a contract says of a value: the part of `schema_contract` that it breaks.
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
    /// What the contract holds to; nil for what is new.
    package var expected: ColumnType?
    /// The type of the value alone; nil where there is none.
    package var found: ColumnType?
    package var place: Place

    package init(
        _ contract: BrokenContract, table: String, column: String? = nil, path: FieldPath, expected: ColumnType? = nil,
        found: ColumnType? = nil, place: Place
    ) {
        self.contract = contract
        self.table = table
        self.column = column
        self.path = path
        self.expected = expected
        self.found = found
        self.place = place
    }
}
