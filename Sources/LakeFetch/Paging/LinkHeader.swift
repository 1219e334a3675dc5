/// The `Link` header of RFC 8288: `<https://api.example.com/items?page=2>; rel="next", <…>; rel="last"`.
enum LinkHeader {
    /// The target of the first link with this relation (section 3.3: relations are separated by spaces, case is ignored).
    static func target(of relation: String, in header: String) -> String? {
        var rest = Substring(header)
        while let link = takeLink(&rest) {
            if link.relations.contains(relation.lowercased()) { return link.target }
        }
        return nil
    }

    /// Whether it tells of neighbouring pages; a header may also be about style sheets.
    static func isAboutPaging(_ header: String) -> Bool {
        ["first", "prev", "previous", "last"].contains { target(of: $0, in: header) != nil }
    }

    /// Whether the header names a relation, but is not what RFC 8288 describes: no `<`, a `<` without `>`, other text
    /// between the links. What it says of the relation is lost then.
    static func isBroken(_ header: String, _ relation: String) -> Bool {
        guard header.lowercased().contains(relation.lowercased()) else { return false }
        var rest = Substring(header)
        repeat {
            rest = rest.drop { " \t,;".contains($0) }
            if rest.isEmpty { return false }
        } while rest.first == "<" && takeLink(&rest) != nil
        return true
    }

    private static func takeLink(_ rest: inout Substring) -> (target: String, relations: [String])? {
        guard let open = rest.firstIndex(of: "<") else { return nil }
        rest = rest[rest.index(after: open)...]
        guard let close = rest.firstIndex(of: ">") else { return nil }
        let target = String(rest[..<close])
        rest = rest[rest.index(after: close)...]
        var relations: [String]?
        while let (name, value) = takeParameter(&rest) {
            // Section 3.3: a second `rel` of one link is ignored.
            if name == "rel", relations == nil { relations = value.lowercased().split(separator: " ").map(String.init) }
        }
        return (target, relations ?? [])
    }

    /// `; name=value` or `; name="value"`; nil at the end of the link.
    private static func takeParameter(_ rest: inout Substring) -> (name: String, value: String)? {
        rest = rest.drop { $0 == " " || $0 == "\t" || $0 == ";" }
        guard let first = rest.first, first != ",", first != "<" else { return nil }
        let name = rest.prefix { !"=;,".contains($0) }
        rest = rest.dropFirst(name.count)
        var value = Substring()
        if rest.first == "=" {
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
            value = rest.first == "\"" ? takeQuoted(&rest) : takePlain(&rest)
        }
        return (trimmed(name).lowercased(), trimmed(value))
    }

    private static func takePlain(_ rest: inout Substring) -> Substring {
        let value = rest.prefix { !";,".contains($0) }
        rest = rest.dropFirst(value.count)
        return value
    }

    private static func takeQuoted(_ rest: inout Substring) -> Substring {
        rest = rest.dropFirst()
        var value = ""
        while let next = rest.popFirst(), next != "\"" {
            if next == "\\", let escaped = rest.popFirst() { value.append(escaped) } else { value.append(next) }
        }
        return Substring(value)
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
