import LakeJSON

/// One value of a row: which leaf of the table, and which token of the page (or which blob of the batch) holds it.
///
/// Public for the same reason as `Token`: the loop that writes rows stands in another module.
@frozen public struct Cell: BitwiseCopyable {
    public var leaf: UInt32
    public var source: UInt32

    @inlinable public init(leaf: UInt32, source: UInt32) {
        self.leaf = leaf
        self.source = source
    }

    /// Set in `source` where the value is no token but a blob.
    @inlinable public static var blobBit: UInt32 { 0x8000_0000 }
}

/// One row of a table in one page: its cells stand together in the batch.
package struct Row: BitwiseCopyable {
    package var firstCell: UInt32
    package var cellCount: UInt32
    /// The record of the page from which the row came, from 0.
    package var record: UInt32
    /// Position of a child row in its array as the API sent it, from 0: elements that rules or contracts leave out are
    /// counted, so indexes may have gaps.
    package var listIndex: UInt32
    /// `_row_number` of the parent's and of the root's row; 0 in root tables.
    package var parentRowNumber: Int
    package var rootRowNumber: Int
}

/// The rows of one table in one page. Valid until the next page is normalized.
package struct TableRows {
    /// Index of the table in its resource; 0 is the root table.
    package let table: Int
    package let rows: UnsafeBufferPointer<Row>
    package let cells: UnsafeBufferPointer<Cell>
    /// What was observed of each leaf in this page, by leaf; empty facts where a leaf did not occur.
    package let facts: UnsafeBufferPointer<ColumnFacts>
    /// How many values other than null each leaf has in this page.
    package let values: UnsafeBufferPointer<UInt32>
    /// `_row_number` of the first row.
    package let firstRowNumber: Int
}
