import LakeModel

/// What has been seen of the values of a column. Facts only grow: they merge by union, minimum and maximum, so the
/// order of pages cannot matter. The type of a column is a pure function of its facts.
package struct ColumnFacts: Hashable, Sendable, BitwiseCopyable {
    package struct Kinds: OptionSet, Hashable, Sendable, BitwiseCopyable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let null = Kinds(rawValue: 1)
        package static let boolean = Kinds(rawValue: 2)
        /// A number without fraction and exponent (but for `-0`, which no integer type gives back).
        package static let integer = Kinds(rawValue: 4)
        /// Any other number.
        package static let real = Kinds(rawValue: 8)
        package static let string = Kinds(rawValue: 16)
        /// An object or array kept as JSON.
        package static let json = Kinds(rawValue: 32)
    }

    /// The profile of texts. `other` swallows the rest: a column with it is text whatever else it holds.
    package struct Temporal: OptionSet, Hashable, Sendable, BitwiseCopyable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let date = Temporal(rawValue: 1)
        package static let time = Temporal(rawValue: 2)
        package static let timestamp = Temporal(rawValue: 4)
        package static let timestampNTZ = Temporal(rawValue: 8)
        package static let other = Temporal(rawValue: 16)
    }

    package struct Numbers: OptionSet, Hashable, Sendable, BitwiseCopyable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// A number that a double does not give back.
        package static let notDouble = Numbers(rawValue: 1)
        package static let exponent = Numbers(rawValue: 2)
        /// An integer that does not fit a signed 64-bit integer.
        package static let beyondInt64 = Numbers(rawValue: 4)
    }

    package var kinds: Kinds = []
    package var temporal: Temporal = []
    package var numbers: Numbers = []
    /// Most digits before the point, leading zeros not counted, of numbers without exponent.
    package var integerDigits: UInt32 = 0
    /// Most digits behind the point, of numbers without exponent.
    package var fractionDigits: UInt32 = 0
    /// The longest value in bytes as it stands: of texts their UTF-8, of JSON its source. Integers of up to 18 digits and
    /// booleans are not looked at; `longestAsText` knows them. Documents of earlier releases count texts alone.
    package var longestText: UInt32 = 0
    /// Smallest and largest integer among those that fit 64 bits; `max < min` where none was seen.
    package var smallest: Int64 = .max
    package var largest: Int64 = .min

    package init() {}

    package var isEmpty: Bool { kinds.isEmpty }

    /// No value has more bytes as text. The bound of numbers is that of a sign, all their digits and a point; an exponent
    /// is in `longestText`.
    package var longestAsText: Int {
        var longest = Int(longestText)
        if kinds.contains(.boolean) { longest = max(longest, "false".utf8.count) }
        if !kinds.isDisjoint(with: [.integer, .real]) {
            let fraction = fractionDigits == 0 ? 0 : 1 + Int(fractionDigits)
            longest = max(longest, 1 + max(1, Int(integerDigits)) + fraction)
        }
        return longest
    }

    /// Associative, commutative, idempotent.
    package mutating func merge(_ other: ColumnFacts) {
        kinds.formUnion(other.kinds)
        temporal.formUnion(other.temporal)
        if temporal.contains(.other) { temporal = .other }
        numbers.formUnion(other.numbers)
        integerDigits = max(integerDigits, other.integerDigits)
        fractionDigits = max(fractionDigits, other.fractionDigits)
        longestText = max(longestText, other.longestText)
        smallest = min(smallest, other.smallest)
        largest = max(largest, other.largest)
    }

    package func merged(with other: ColumnFacts) -> ColumnFacts {
        var facts = self
        facts.merge(other)
        return facts
    }
}
