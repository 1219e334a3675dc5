import LakeModel
import LakeSchema

/// What a data file of a load should hold, by the load's record and the schema version.
struct PartExpectation: Sendable {
    var load: String
    var columns: [Column]
    /// Of a child table: the rows of its parent and of its root.
    var parentRows: Int?
    var rootRows: Int?
}

/// What the rows of one file say of their places; filled row by row.
struct PartFacts: Hashable, Sendable {
    typealias RowFault = VerifyFinding.RowFault

    var rows = 0
    var firstRow = 0
    var firstParent = 0
    var lastParent = 0
    var lastRoot = 0
    var firstRoot = 0
    /// Over the numbers of all rows, so that two formats can be held against each other.
    var hash: UInt64 = 0
    /// The first thing that is wrong, and its line. Nothing behind it was looked at.
    var fault: (line: Int, RowFault)? {
        get { faultLine.flatMap { line in rowFault.map { (line, $0) } } }
        set { (faultLine, rowFault) = (newValue?.line, newValue?.1) }
    }
    private var faultLine: Int?
    private var rowFault: RowFault?

    var lastRow: Int { firstRow + rows - 1 }

    /// Takes the numbers of a row in. The rows of a file follow each other without gaps; parents never go back.
    @inline(__always)
    mutating func note(_ row: Int) -> RowFault? {
        if rows == 0 { firstRow = row } else if row != firstRow &+ rows { return .rowNumber(expected: firstRow + rows, found: row) }
        if row < 1 { return .rowNumber(expected: nil, found: row) }
        rows &+= 1
        hash = (hash ^ UInt64(bitPattern: Int64(row))) &* 0x9e37_79b9_7f4a_7c15
        return nil
    }

    @inline(__always)
    mutating func note(parent: Int, root: Int, index: Int, _ expected: PartExpectation) -> RowFault? {
        let limit = expected.parentRows ?? 0, rootLimit = expected.rootRows ?? 0
        if parent < 1 || parent > limit { return .parentRow(column: SystemColumns.parentRowNumber, limit: limit, found: parent) }
        if root < 1 || root > rootLimit { return .parentRow(column: SystemColumns.rootRowNumber, limit: rootLimit, found: root) }
        if rows == 1 { (firstParent, firstRoot) = (parent, root) }
        if parent < lastParent { return .parentOrder(column: SystemColumns.parentRowNumber) }
        if root < lastRoot { return .parentOrder(column: SystemColumns.rootRowNumber) }
        if index < 0 { return .value(column: SystemColumns.listIndex, type: ColumnType.bigint.rawValue) }
        (lastParent, lastRoot) = (parent, root)
        let mixed = UInt64(bitPattern: Int64(parent &* 31 &+ root)) &* 0xff51_afd7_ed55_8ccd ^ UInt64(bitPattern: Int64(index))
        hash = (hash ^ mixed) &* 0x9e37_79b9_7f4a_7c15
        return nil
    }
}

/// Reads the rows of one file, block by block.
protocol PartReader {
    mutating func read(_ block: UnsafeRawBufferPointer)
    /// After the last block.
    mutating func finish()
    func free()
    var facts: PartFacts { get }
}

/// No row is that long; a file without line breaks shall not fill the memory.
let longestLineBytes = 256 << 20
