import LakeModel
import LakeNormalize

extension ColumnFacts {
    /// Integers up to here, and no further, are given back by a double.
    private static let largestDoubleInteger: Int64 = 1 << 53

    /// The narrowest type that holds every value seen without losing a digit in any supported warehouse.
    /// A pure function of the facts; as facts grow it only widens.
    package var type: ColumnType {
        let seen = kinds.subtracting(.null)
        if seen.isEmpty { return .unknown }
        if seen == .json { return .json }
        if seen == .boolean { return .boolean }
        if seen == .string { return textType }
        if seen.isSubset(of: [.integer, .real]) { return numberType }
        return .text
    }

    private var textType: ColumnType {
        switch temporal {
        case .date: .date
        case .time: .time
        case .timestamp: .timestamp
        case .timestampNTZ: .timestampNTZ
        default: .text
        }
    }

    private var numberType: ColumnType {
        if !kinds.contains(.real), !numbers.contains(.beyondInt64) { return .bigint }
        if fitsDouble, kinds.contains(.real) { return .double }
        if fits(.usual) { return .decimal(.usual) }
        return .text
    }

    var fitsDouble: Bool {
        numbers.isDisjoint(with: [.notDouble, .beyondInt64])
            && (largest < smallest || (smallest >= -Self.largestDoubleInteger && largest <= Self.largestDoubleInteger))
    }

    /// Numbers with an exponent are no decimals: loaders want plain notation, and a lexeme is never rewritten.
    func fits(_ size: DecimalSize) -> Bool {
        !numbers.contains(.exponent) && Int(integerDigits) <= size.whole && Int(fractionDigits) <= size.scale
    }
}

/// How values of a type are written. A change between the first two closes a part; the others never do.
package enum Encoding: Sendable {
    /// As it stands: numbers, `true`, `false`.
    case bare
    /// In quotes in JSONL.
    case quoted
    case json
    /// Nothing but null so far.
    case none
}

extension ColumnType {
    package var encoding: Encoding {
        switch self {
        case .unknown: .none
        case .boolean, .bigint, .double: .bare
        case .json: .json
        case .decimal, .timestamp, .timestampNTZ, .date, .time, .text: .quoted
        }
    }
}
