/// The part of TOML that secrets files use: tables, and keys with texts on one line. Values that go over several lines
/// are no tokens; they are passed over.
struct SecretsTOML {
    struct Fault: Error {
        var line: Int
        var expected: String
    }

    private var values: [String: String] = [:]
    private var table = ""
    private var open: Open?

    /// A value that goes on in the next line.
    private enum Open {
        case text(end: String)
        case brackets(depth: Int)
    }

    /// Values by their dotted path.
    static func read(_ text: String) throws(Fault) -> [String: String] {
        var reader = SecretsTOML()
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if let expected = reader.take(trimmed(line)) { throw Fault(line: index + 1, expected: expected) }
        }
        return reader.values
    }

    /// - Returns: what was expected instead, where the line is wrong.
    private mutating func take(_ line: Substring) -> String? {
        switch open {
        case .text(let end): if line.contains(end) { open = nil }
        case .brackets(let depth): setOpen(depth + Self.depth(of: line))
        case nil:
            if line.isEmpty || line.first == "#" { return nil }
            return line.first == "[" ? takeTable(line) : takeKey(line)
        }
        return nil
    }

    private mutating func setOpen(_ depth: Int) { open = depth > 0 ? .brackets(depth: depth) : nil }

    private mutating func takeTable(_ line: Substring) -> String? {
        guard let end = line.firstIndex(of: "]") else { return "a table such as [sources.thena]" }
        // Of a list of tables none is looked for: a name that no secret has.
        table = line.hasPrefix("[[") ? "[]" : Self.path(line[line.index(after: line.startIndex)..<end])
        return nil
    }

    private mutating func takeKey(_ line: Substring) -> String? {
        guard let sign = line.firstIndex(of: "=") else { return "key = \"value\"" }
        let key = Self.path(line[..<sign])
        let text = Self.trimmed(line[line.index(after: sign)...])
        if let quote = ["\"\"\"", "'''"].first(where: { text.hasPrefix($0) }) {
            if !text.dropFirst(3).contains(quote) { open = .text(end: quote) }
        } else if text.first == "[" || text.first == "{" {
            setOpen(Self.depth(of: text))
        } else {
            guard let value = Self.value(text) else { return "a text in quotes" }
            values[table.isEmpty ? key : table + "." + key] = value
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" || last == "\r" || last == "\r\n" { text.removeLast() }
        return text
    }

    private static func path(_ text: Substring) -> String {
        text.split(separator: ".").map { part in String(trimmed(part).filter { $0 != "\"" && $0 != "'" }) }.joined(separator: ".")
    }

    /// How many brackets a line opens more than it closes, outside of texts and comments.
    private static func depth(of line: Substring) -> Int {
        var depth = 0
        var quote: Character?
        for c in line {
            if let end = quote {
                if c == end { quote = nil }
                continue
            }
            switch c {
            case "\"", "'": quote = c
            case "[", "{": depth += 1
            case "]", "}": depth -= 1
            case "#": return depth
            default: break
            }
        }
        return depth
    }

    /// A text in single or double quotes, or a bare number or boolean.
    private static func value(_ text: Substring) -> String? {
        guard let quote = text.first else { return nil }
        if quote == "'" {
            let rest = text.dropFirst()
            return rest.firstIndex(of: "'").map { String(rest[..<$0]) }
        }
        guard quote == "\"" else { return String(trimmed(text.prefix { $0 != "#" })) }
        var out = ""
        var rest = text.dropFirst()
        while let c = rest.popFirst() {
            if c == "\"" { return out }
            if c == "\\" {
                guard let escaped = rest.popFirst() else { return nil }
                switch escaped {
                case "n": out.append("\n")
                case "t": out.append("\t")
                default: out.append(escaped)
                }
            } else {
                out.append(c)
            }
        }
        return nil
    }
}
