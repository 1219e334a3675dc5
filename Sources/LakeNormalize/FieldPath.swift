/// The place of a value inside a record, as it stands in schema documents: `$.customer.account.tier`, `$.tags[*].id`,
/// `$['odd key']`. Two different places never have the same text.
package struct FieldPath: Hashable, Sendable {
    package enum Step: Sendable {
        case key(String)
        /// Any element of an array.
        case element
    }
    package var steps: [Step]

    package init(_ steps: [Step] = []) { self.steps = steps }

    package func appending(_ step: Step) -> FieldPath { FieldPath(steps + [step]) }

    package var text: String {
        var out = "$"
        for step in steps {
            switch step {
            case .element: out += "[*]"
            case .key(let key) where FieldPath.isPlain(key): out += "." + key
            case .key(let key):
                out += "['"
                for scalar in key.unicodeScalars {
                    if scalar == "'" || scalar == "\\" { out += "\\" }
                    out.unicodeScalars.append(scalar)
                }
                out += "']"
            }
        }
        return out
    }

    /// Reads the form of `text`; nil for anything else.
    package init?(text: String) {
        var steps: [Step] = []
        var rest = Array(text.unicodeScalars)[...]
        guard rest.popFirst() == "$" else { return nil }
        while let c = rest.popFirst() {
            if c == "." {
                let key = rest.prefix { $0 != "." && $0 != "[" }
                let name = String(String.UnicodeScalarView(key))
                guard FieldPath.isPlain(name) else { return nil }
                steps.append(.key(name))
                rest = rest.dropFirst(key.count)
            } else if c == "[", rest.starts(with: ["*", "]"]) {
                steps.append(.element)
                rest = rest.dropFirst(2)
            } else if c == "[", rest.popFirst() == "'", let key = FieldPath.quotedKey(&rest) {
                steps.append(.key(key))
            } else {
                return nil
            }
        }
        self.steps = steps
    }

    private static func quotedKey(_ rest: inout ArraySlice<Unicode.Scalar>) -> String? {
        var key = String.UnicodeScalarView()
        while let c = rest.popFirst() {
            if c == "\\" {
                guard let escaped = rest.popFirst(), escaped == "'" || escaped == "\\" else { return nil }
                key.append(escaped)
            } else if c == "'" {
                let name = String(key)
                return rest.popFirst() == "]" && !isPlain(name) ? name : nil
            } else {
                key.append(c)
            }
        }
        return nil
    }

    private static func isPlain(_ key: String) -> Bool {
        !key.isEmpty && key.utf8.allSatisfy {
            ($0 >= 97 && $0 <= 122) || ($0 >= 65 && $0 <= 90) || ($0 >= 48 && $0 <= 57) || $0 == UInt8(ascii: "_")
        }
    }
}

/// Keys are compared by their bytes: Swift calls the two spellings of "é" equal, JSON does not.
extension FieldPath.Step: Hashable {
    package static func == (a: Self, b: Self) -> Bool {
        switch (a, b) {
        case (.key(let a), .key(let b)): a.utf8.elementsEqual(b.utf8)
        case (.element, .element): true
        case (.key, .element), (.element, .key): false
        }
    }

    package func hash(into hasher: inout Hasher) {
        guard case .key(let key) = self else { return hasher.combine(0xFF as UInt8) }
        for byte in key.utf8 { hasher.combine(byte) }
        hasher.combine(0xFE as UInt8)
    }
}
