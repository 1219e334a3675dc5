extension JSONValue {
    /// The value of a key; nil where there is none, or where this is no object. Keys are compared by their bytes.
    /// Setting nil removes the key; a new key goes to the end. Setting on something else than an object makes it one.
    package subscript(key: String) -> JSONValue? {
        get {
            // Most keys tell by their length that they are another one.
            let length = key.utf8.count
            return object?.first { $0.key.utf8.count == length && $0.key.utf8.elementsEqual(key.utf8) }?.value
        }
        set {
            var members = object ?? []
            let place = members.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(JSONMember(key, value))
            case (nil, nil): break
            }
            self = .object(members)
        }
    }

    package var isNull: Bool { self == .null }

    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The digits of a number.
    package var number: String? {
        if case .number(let value) = self { value } else { nil }
    }

    /// A number without fraction and exponent that fits.
    package var int: Int? { number.flatMap { Int($0) } }

    /// A number, rounded to the nearest double.
    package var double: Double? { number.flatMap { Double($0) } }

    package var array: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    package var object: [JSONMember]? {
        if case .object(let value) = self { value } else { nil }
    }

    package static func int(_ value: Int) -> JSONValue { .number(String(value)) }

    package static func int(_ value: Int64) -> JSONValue { .number(String(value)) }

    package static func strings(_ values: some Sequence<String>) -> JSONValue { .array(values.map { .string($0) }) }

    /// An object with these members in this order; those that are nil are left out.
    package static func object(_ pairs: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(pairs.compactMap { key, value in value.map { JSONMember(key, $0) } })
    }

    /// An object with these members in this order.
    package static func object(pairs: some Sequence<(String, JSONValue)>) -> JSONValue {
        .object(pairs.map { JSONMember($0.0, $0.1) })
    }
}

extension JSONValue: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) { self = .string(value) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int) { self = .int(value) }
}

extension JSONValue: ExpressibleByBooleanLiteral {
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

/// Keeps the order of the literal.
extension JSONValue: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(pairs: elements) }
}
