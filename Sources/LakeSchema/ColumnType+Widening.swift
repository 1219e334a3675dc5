import LakeModel
import LakeNormalize

// How the type of a column follows from the values seen, what the definition says, and what is committed:
//
//     bigint ─► double ─► decimal ─► text      every other type ─► text      unknown ─► anything
//
// A column never goes the other way.

extension ColumnType {
    /// Whether a column of this type holds every value seen without losing anything. Null fits every type.
    package func holds(_ facts: ColumnFacts) -> Bool {
        let seen = facts.kinds.subtracting(.null)
        if seen.isEmpty { return true }
        return switch self {
        case .unknown: false
        case .boolean: seen == .boolean
        case .bigint: seen == .integer && !facts.numbers.contains(.beyondInt64)
        case .double: seen.isSubset(of: [.integer, .real]) && facts.fitsDouble
        case .decimal(let size): seen.isSubset(of: [.integer, .real]) && facts.fits(size)
        case .timestamp: seen == .string && facts.temporal == .timestamp
        case .timestampNTZ: seen == .string && facts.temporal == .timestampNTZ
        case .date: seen == .string && facts.temporal == .date
        case .time: seen == .string && facts.temporal == .time
        case .text: !seen.contains(.json)
        case .json: true
        }
    }

    /// Whether a committed column of this type may become one of another type, where that holds all its values.
    package func mayBecome(_ wider: ColumnType) -> Bool {
        switch (self, wider) {
        case (.unknown, _): true
        case (.bigint, .double), (.bigint, .decimal), (.double, .decimal): true
        case (.decimal(let size), .decimal(let larger)): larger.whole >= size.whole && larger.scale >= size.scale
        case (.json, .text): false
        case (_, .text): true
        default: self == wider
        }
    }

    /// The type of a column.
    /// - Parameters:
    ///   - facts: of all its values, those of earlier loads included.
    ///   - hint: what the definition says; it holds where it may and where no value speaks against it.
    ///   - floor: the committed type, which is only ever widened; `unknown` where there is none.
    package static func resolved(_ facts: ColumnFacts, hint: ColumnType? = nil, floor: ColumnType = .unknown) -> ColumnType {
        let base = base(hint: hint, floor: floor)
        if base != .unknown, base.holds(facts) { return base }
        let inferred = facts.type
        if base.mayBecome(inferred) { return inferred }
        let decimal = ColumnType.decimal(.usual)
        return base.mayBecome(decimal) && decimal.holds(facts) ? decimal : .text
    }

    /// What the values of a column are held against: the hint, or what is committed where that may not become it.
    package static func base(hint: ColumnType?, floor: ColumnType) -> ColumnType {
        guard let hint, floor.mayBecome(hint) else { return floor }
        return hint
    }
}
