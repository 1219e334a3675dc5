import LakeJSON
import LakeModel
import LakeNormalize

// Facts in a load record hold only what was seen:
// {"kinds": ["null", "integer"], "smallest": -3, "largest": 900, "integer_digits": 3}

private let kindNames: [(ColumnFacts.Kinds, String)] = [
    (.null, "null"), (.boolean, "boolean"), (.integer, "integer"), (.real, "real"), (.string, "string"), (.json, "json"),
]
private let temporalNames: [(ColumnFacts.Temporal, String)] = [
    (.date, "date"), (.time, "time"), (.timestamp, "timestamp"), (.timestampNTZ, "timestamp_ntz"), (.other, "other"),
]
private let numberNames: [(ColumnFacts.Numbers, String)] = [
    (.notDouble, "not_double"), (.exponent, "exponent"), (.beyondInt64, "beyond_int64"),
]

extension ColumnFacts {
    package var json: JSONValue {
        let hasInteger = smallest <= largest
        return .object([
            "kinds": .strings(kindNames.filter { kinds.contains($0.0) }.map(\.1)),
            "texts": temporal.isEmpty ? nil : .strings(temporalNames.filter { temporal.contains($0.0) }.map(\.1)),
            "numbers": numbers.isEmpty ? nil : .strings(numberNames.filter { numbers.contains($0.0) }.map(\.1)),
            "smallest": hasInteger ? .int(smallest) : nil, "largest": hasInteger ? .int(largest) : nil,
            "integer_digits": integerDigits > 0 ? .int(Int(integerDigits)) : nil,
            "fraction_digits": fractionDigits > 0 ? .int(Int(fractionDigits)) : nil,
            "longest_text": kinds.contains(.string) || longestText > 0 ? .int(Int(longestText)) : nil,
        ])
    }

    package init(json: JSONValue) throws(DocumentFault) {
        self.init()
        guard json["kinds"] != nil else { throw DocumentFault("kinds", expected: "a list of what was seen") }
        for name in try Self.names(json["kinds"], "kinds", kindNames.map(\.1)) {
            kinds.formUnion(kindNames.first { $0.1 == name }?.0 ?? [])
        }
        for name in try Self.names(json["texts"], "texts", temporalNames.map(\.1)) {
            temporal.formUnion(temporalNames.first { $0.1 == name }?.0 ?? [])
        }
        for name in try Self.names(json["numbers"], "numbers", numberNames.map(\.1)) {
            numbers.formUnion(numberNames.first { $0.1 == name }?.0 ?? [])
        }
        if temporal.contains(.other) { temporal = .other }
        let integer = { (value: JSONValue) in value.number.flatMap { Int64($0) } }
        smallest = try json.optional("smallest", "an integer", integer) ?? .max
        largest = try json.optional("largest", "an integer", integer) ?? .min
        let count = { (value: JSONValue) in value.number.flatMap { UInt32($0) } }
        integerDigits = try json.optional("integer_digits", "a count", count) ?? 0
        fractionDigits = try json.optional("fraction_digits", "a count", count) ?? 0
        longestText = try json.optional("longest_text", "a count", count) ?? 0
    }

    private static func names(_ value: JSONValue?, _ place: String, _ known: [String]) throws(DocumentFault) -> [String] {
        guard let value else { return [] }
        guard let items = value.array, case let names = items.compactMap(\.string), names.count == items.count,
              names.allSatisfy(known.contains) else {
            throw DocumentFault(place, expected: "a list of " + known.joined(separator: ", "))
        }
        return names
    }
}
