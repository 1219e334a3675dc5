/// Why a text is no selector.
package struct SelectorFault: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case empty
        /// JSONPath that restlake does not read, or no JSONPath at all: this part.
        case unsupported(String)
        /// `[*]` where one value is due.
        case manyValues(expected: String)
    }
    package let text: String
    package let reason: Reason

    package init(text: String, reason: Reason) {
        self.text = text
        self.reason = reason
    }
}

extension Selector {
    /// Reads a selector: `data.results`, `$`, `$.a.b`, `['odd key']`, `items[0]`, `a[*].b`.
    package init(parsing text: String) throws(SelectorFault) {
        var parser = SelectorParser(text: text)
        self.init(steps: try parser.steps(), description: text)
    }

    /// Whether it can match more than one value.
    package var matchesMany: Bool { steps.contains(.all) }

    /// The whole document.
    package static var root: Selector { Selector(steps: [], description: "$") }

    /// A selector of plain keys; its description is the text that would be read back.
    package init(keys: [String]) {
        let text = keys.reduce("") { text, key in
            key.unicodeScalars.allSatisfy(isBareKeyScalar) && !key.isEmpty && !key.hasPrefix("$")
                ? (text.isEmpty ? key : text + "." + key)
                : text + "['" + quotedKey(key) + "']"
        }
        self.init(steps: keys.map(Step.key), description: text.isEmpty ? "$" : text)
    }
}

/// Everything but what JSONPath gives a meaning to.
private func isBareKeyScalar(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value > 0x20 && scalar.value != 0x7F && !".[]()'\"*?,{}<>=!&|\\".unicodeScalars.contains(scalar)
}

private func quotedKey(_ key: String) -> String {
    key.reduce(into: "") { text, letter in
        if letter == "'" || letter == "\\" { text.append("\\") }
        text.append(letter)
    }
}

private struct SelectorParser {
    let text: String
    private var rest: Substring.UnicodeScalarView

    init(text: String) {
        self.text = text
        self.rest = Substring(text).unicodeScalars
    }

    mutating func steps() throws(SelectorFault) -> [Selector.Step] {
        guard !rest.isEmpty else { throw SelectorFault(text: text, reason: .empty) }
        var steps: [Selector.Step] = []
        let rooted = takeRoot()
        while let next = rest.first {
            switch next {
            case "[": steps.append(try bracket())
            case ".":
                guard rooted || !steps.isEmpty else { throw unsupported(String(rest)) }
                steps.append(try dotted())
            default:
                guard steps.isEmpty, !rooted else { throw unsupported(String(rest)) }
                steps.append(try bareKey())
            }
        }
        return steps
    }

    /// `$` alone, or before a dot or bracket.
    private mutating func takeRoot() -> Bool {
        guard rest.first == "$" else { return false }
        let behind = rest.dropFirst().first
        guard behind == nil || behind == "." || behind == "[" else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func dotted() throws(SelectorFault) -> Selector.Step {
        rest.removeFirst()
        guard rest.first != "." else { throw unsupported("..") }
        guard rest.first != "*" else { throw unsupported(".*") }
        return try bareKey()
    }

    private mutating func bareKey() throws(SelectorFault) -> Selector.Step {
        let key = rest.prefix(while: isBareKeyScalar)
        guard let first = key.first, first != "$" else { throw unsupported(rest.isEmpty ? "." : String(rest)) }
        rest = rest.dropFirst(key.count)
        if let next = rest.first, next != ".", next != "[" { throw unsupported(String(rest)) }
        return .key(String(key))
    }

    private mutating func bracket() throws(SelectorFault) -> Selector.Step {
        let opening = rest
        rest.removeFirst()
        if let quote = rest.first, quote == "'" || quote == "\"" { return try quotedKey(quote, opening) }
        guard let end = rest.firstIndex(of: "]") else { throw unsupported(String(opening)) }
        let inside = String(rest[..<end])
        rest = rest[rest.index(after: end)...]
        if inside == "*" { return .all }
        guard !inside.isEmpty, inside.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let index = Int(inside) else {
            throw unsupported("[\(inside)]")
        }
        return .index(index)
    }

    /// `'x']`. A quote inside is written with a backslash before it.
    private mutating func quotedKey(
        _ quote: Unicode.Scalar, _ opening: Substring.UnicodeScalarView
    ) throws(SelectorFault) -> Selector.Step {
        rest.removeFirst()
        var key = String.UnicodeScalarView()
        while let next = rest.popFirst() {
            if next == quote {
                guard rest.popFirst() == "]" else { break }
                return .key(String(key))
            }
            if next == "\\", let escaped = rest.first, escaped == quote || escaped == "\\" {
                key.append(escaped)
                rest.removeFirst()
            } else {
                key.append(next)
            }
        }
        throw unsupported(String(opening))
    }

    private func unsupported(_ part: String) -> SelectorFault { SelectorFault(text: text, reason: .unsupported(part)) }
}
