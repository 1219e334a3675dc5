import LakeJSON
import LakeModel

extension DefinitionReader {
    /// `data_type`, with `precision` and `scale` of a decimal and `timezone` of a timestamp.
    mutating func dataType(_ hint: Fields) -> ColumnType? {
        guard let node = hint.present("data_type") else {
            for key in ["precision", "scale", "timezone"] {
                if let node = hint.present(key) { report(.needs("data_type"), at: node.path) }
            }
            return nil
        }
        guard let text = string(node), let name = choice(text, of: .dataTypes, at: node.path) else { return nil }
        let type = name == "decimal" ? decimal(hint) : ColumnType.allCases.first { $0.hintName == name }
        if name != "decimal" { checkSizes(hint, of: name) }
        return type.flatMap { zoned($0, hint) }
    }

    private mutating func decimal(_ hint: Fields) -> ColumnType? {
        let usual = DecimalSize.usual, largest = DecimalSize.largestPrecision
        let precision = number(hint, "precision", in: 1...largest, "a whole number from 1 to \(largest)")
        if hint.present("precision") != nil, precision == nil { return nil }
        let digits = precision ?? usual.precision
        let scale = number(hint, "scale", in: 0...digits, "a whole number from 0 to \(digits), which is the precision")
        if hint.present("scale") != nil, scale == nil { return nil }
        guard let size = DecimalSize(precision: digits, scale: scale ?? usual.scale) else {
            let expected = "the digits behind the point, for the usual \(usual.scale) are more than the precision"
            report(.missingKey("scale", expected: expected), at: hint.path)
            return nil
        }
        return .decimal(size)
    }

    private mutating func number(_ fields: Fields, _ key: String, in range: ClosedRange<Int>, _ expected: String) -> Int? {
        guard let node = fields.present(key) else { return nil }
        guard let digits = node.value.number else {
            report(.wrongType(expected: expected, found: node.value.kindInWords), at: node.path)
            return nil
        }
        if let number = Int(digits), range.contains(number) { return number }
        report(.badValue(expected: expected, found: digits), at: node.path)
        return nil
    }

    /// In dlt, the precision of other types is the size of a warehouse's column: it changes nothing in a lake.
    private mutating func checkSizes(_ hint: Fields, of name: String) {
        if let node = hint.present("scale") {
            report(.badValue(expected: "'scale' only with the data_type 'decimal'", found: nil), at: node.path)
        }
        guard let node = hint.present("precision") else { return }
        if ["text", "bigint", "timestamp", "timestamp_ntz", "time"].contains(name) {
            _ = integer(hint, "precision", atLeast: 0)
        } else {
            report(.badValue(expected: "'precision' only with the data_type 'decimal'", found: nil), at: node.path)
        }
    }

    /// dlt's `timezone: false` is a type of its own.
    private mutating func zoned(_ type: ColumnType, _ hint: Fields) -> ColumnType? {
        guard let node = hint.present("timezone"), let hasZone = bool(hint, "timezone") else { return type }
        switch (type, hasZone) {
        case (.timestamp, true), (.timestampNTZ, false), (.time, false): return type
        case (.timestamp, false): return .timestampNTZ
        default:
            report(.conflict(with: "the data_type '\(type.hintName)'"), at: node.path)
            return type
        }
    }
}

extension ColumnType {
    /// As dlt calls it.
    var hintName: String {
        switch self {
        case .boolean: "bool"
        case .decimal: "decimal"
        default: rawValue
        }
    }
}
