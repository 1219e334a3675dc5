import LakeModel

/// The columns that restlake adds in front. (`_load_id`, `_row_number`) is the identity of a row; joins use both.
package enum SystemColumns {
    package static let loadID = "_load_id"
    package static let rowNumber = "_row_number"
    package static let parentRowNumber = "_parent_row_number"
    package static let rootRowNumber = "_root_row_number"
    package static let listIndex = "_list_index"

    /// No column of a source ever has one of these names, in any table.
    package static let reserved: Set<String> = [loadID, rowNumber, parentRowNumber, rootRowNumber, listIndex]

    /// In the order in which they stand in the files.
    package static func columns(isChild: Bool) -> [Column] {
        let root: [(String, ColumnType)] = [(loadID, .text), (rowNumber, .bigint)]
        let child: [(String, ColumnType)] = [(parentRowNumber, .bigint), (rootRowNumber, .bigint), (listIndex, .bigint)]
        return (isChild ? root + child : root).enumerated().map { index, column in
            Column(id: index + 1, name: column.0, type: column.1, isNullable: false)
        }
    }
}
