/// A text with places in dlt's notation, which is that of Python's `str.format`: `{resources.users.id}`,
/// `{incremental.start_value}`; `{{` and `}}` are plain braces.
struct PlacedText {
    enum Part: Hashable {
        case text(String)
        /// `source`: as it is written, with its braces.
        case parent(resource: String, field: Selector, source: String)
        case incremental(IncrementalValue)
        /// `{id}`: in a path, the value of the parameter of that name.
        case parameter(String)
    }

    enum Fault: Hashable {
        case unbalancedBrace
        /// `{incremental.first_value}`: no such value.
        case unknownValue(String)
        case selector(SelectorFault)
        /// With its braces.
        case unknown(String)
    }

    private(set) var parts: [Part] = []
    private(set) var faults: [Fault] = []

    init(_ text: String) {
        var rest = Substring(text).unicodeScalars
        var plain = String.UnicodeScalarView()
        while let next = rest.popFirst() {
            guard next == "{" || next == "}" else {
                plain.append(next)
                continue
            }
            if rest.first == next {
                plain.append(next)
                rest.removeFirst()
            } else if next == "{", let inside = Self.takeInside(&rest) {
                append(&plain)
                take(inside)
            } else {
                faults.append(.unbalancedBrace)
            }
        }
        append(&plain)
        // One brace too few makes placeholders of what is none: those faults would say nothing.
        if faults.contains(.unbalancedBrace) { faults = [.unbalancedBrace] }
    }

    /// Takes what stands before the closing brace, and that brace. A key in quotes may hold braces itself.
    private static func takeInside(_ rest: inout Substring.UnicodeScalarView) -> String? {
        var quote: Unicode.Scalar?
        var before: Unicode.Scalar?
        for index in rest.indices {
            let next = rest[index]
            if let open = quote {
                if before == "\\" {
                    before = nil
                    continue
                }
                if next == open { quote = nil }
            } else if next == "{" {
                return nil
            } else if next == "}" {
                let inside = String(rest[..<index])
                rest = rest[rest.index(after: index)...]
                return inside
            } else if next == "'" || next == "\"", before == "[" {
                quote = next
            }
            before = next
        }
        return nil
    }

    private mutating func append(_ plain: inout String.UnicodeScalarView) {
        guard !plain.isEmpty else { return }
        parts.append(.text(String(plain)))
        plain = String.UnicodeScalarView()
    }

    private mutating func take(_ inside: String) {
        if inside.hasPrefix("incremental.") {
            let name = String(inside.dropFirst("incremental.".count))
            if let value = IncrementalValue(rawValue: name) { parts.append(.incremental(value)) } else { faults.append(.unknownValue(name)) }
        } else if inside.hasPrefix("resources.") {
            takeField(inside.dropFirst("resources.".count), "{\(inside)}")
        } else if !inside.isEmpty, inside.utf8.allSatisfy({ isWordByte($0) || $0 == UInt8(ascii: "-") }) {
            parts.append(.parameter(inside))
        } else {
            faults.append(.unknown("{\(inside)}"))
        }
    }

    /// `users.id`, `users['odd key']`, and as dlt has it: `users.['odd key']`.
    private mutating func takeField(_ reference: Substring, _ source: String) {
        let resource = reference.prefix { $0 != "." && $0 != "[" }
        var field = reference.dropFirst(resource.count)
        if field.first == "." { field.removeFirst() }
        guard !resource.isEmpty, !field.isEmpty else {
            faults.append(.unknown(source))
            return
        }
        do {
            let selector = try Selector(parsing: String(field))
            if selector.matchesMany {
                faults.append(.selector(SelectorFault(text: String(field), reason: .manyValues(expected: "one value"))))
            } else {
                // One spelling for equal selectors: values are found by it.
                parts.append(.parent(resource: String(resource), field: Selector(describing: selector.steps), source: source))
            }
        } catch {
            faults.append(.selector(error))
        }
    }
}
