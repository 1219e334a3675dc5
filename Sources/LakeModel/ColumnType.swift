/// A logical column type, as in the schema documents.
package enum ColumnType: Hashable, Sendable {
    /// Every value so far was null.
    case unknown
    case boolean
    /// Fits a signed 64-bit integer.
    case bigint
    case double
    /// `decimal(38,9)`, or what the definition asks for.
    case decimal(DecimalSize)
    /// With zone.
    case timestamp
    /// Without zone.
    case timestampNTZ
    case date
    case time
    case text
    /// An object or an array, kept as JSON.
    case json
}

/// How many digits a decimal has in all, and behind the point.
package struct DecimalSize: Hashable, Sendable {
    package let precision: Int
    package let scale: Int

    /// The widest that every supported warehouse holds with a scale of its own.
    package static let largestPrecision = 38
    /// What is inferred: 29 digits before and 9 behind the point.
    package static let usual = DecimalSize(unchecked: 38, 9)

    /// nil where no warehouse has it: `1 ≤ precision ≤ 38`, `0 ≤ scale ≤ precision`.
    package init?(precision: Int, scale: Int) {
        guard (1...Self.largestPrecision).contains(precision), (0...precision).contains(scale) else { return nil }
        self.init(unchecked: precision, scale)
    }

    private init(unchecked precision: Int, _ scale: Int) {
        self.precision = precision
        self.scale = scale
    }

    /// Digits before the point.
    package var whole: Int { precision - scale }
}

extension ColumnType: CaseIterable {
    /// Each kind once, a decimal with its usual size.
    package static let allCases: [ColumnType] = [
        .unknown, .boolean, .bigint, .double, .decimal(.usual), .timestamp, .timestampNTZ, .date, .time, .text, .json,
    ]
}

/// The name in documents: `bigint`, `decimal(38,9)`.
extension ColumnType: RawRepresentable {
    package var rawValue: String {
        switch self {
        case .unknown: "unknown"
        case .boolean: "boolean"
        case .bigint: "bigint"
        case .double: "double"
        case .decimal(let size): "decimal(\(size.precision),\(size.scale))"
        case .timestamp: "timestamp"
        case .timestampNTZ: "timestamp_ntz"
        case .date: "date"
        case .time: "time"
        case .text: "text"
        case .json: "json"
        }
    }

    package init?(rawValue name: String) {
        if let plain = Self.allCases.first(where: { $0.rawValue == name }) {
            self = plain
            return
        }
        guard name.hasPrefix("decimal("), name.hasSuffix(")") else { return nil }
        let numbers = name.dropFirst("decimal(".count).dropLast().split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let precision = numbers[0], let scale = numbers[1],
              let size = DecimalSize(precision: precision, scale: scale) else { return nil }
        self = .decimal(size)
        if rawValue != name { return nil }
    }
}
