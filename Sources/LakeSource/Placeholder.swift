/// What stands in braces in a path or a parameter, in dlt's notation: `{resources.users.id}`; `{{` is a plain brace.
struct PlaceholderText {
    enum Fault: Hashable { case unbalancedBrace, incremental(String), unknown(String) }

    struct Use: Hashable {
        /// With its braces.
        var text: String
        var resource: String
        var field: String
    }

    /// Doubled braces made single; placeholders as they are.
    var text = ""
    var uses: [Use] = []
    var faults: [Fault] = []

    init(_ source: String) {
        var rest = Substring(source)
        while let next = rest.popFirst() {
            if (next == "{" || next == "}"), rest.first == next {
                text.append(next)
                rest.removeFirst()
            } else if next == "{", let end = rest.firstIndex(of: "}"), !rest[..<end].contains("{") {
                take(String(rest[..<end]))
                rest = rest[rest.index(after: end)...]
            } else {
                if next == "{" || next == "}" { faults.append(.unbalancedBrace) }
                text.append(next)
            }
        }
    }

    private mutating func take(_ inside: String) {
        let placeholder = "{\(inside)}"
        text += placeholder
        let parts = inside.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 3, parts[0] == "resources", !parts[1].isEmpty, !parts[2].isEmpty {
            uses.append(Use(text: placeholder, resource: parts[1], field: parts[2]))
        } else if parts[0] == "incremental" {
            faults.append(.incremental(placeholder))
        } else {
            faults.append(.unknown(placeholder))
        }
    }
}

extension ParentBinding {
    /// `text` with the parent's value in place of the placeholder. The caller encodes the value for its place.
    package func filled(_ text: String, with value: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "{") {
            result += rest[..<start]
            rest = rest[start...]
            let step = rest.hasPrefix(placeholder) ? placeholder.count : 1
            result += step > 1 ? value : "{"
            rest = rest.dropFirst(step)
        }
        return result + rest
    }
}

extension Resource {
    /// Whether the path names one entity: its last segment is made from a field of the parent.
    package var isSingleEntity: Bool {
        guard let parent else { return false }
        return lastSegment(of: path, beyond: parent.placeholder)
    }
}

/// A field may hold a slash in brackets, so the placeholder is looked for before the path is cut.
private func lastSegment(of path: String, beyond placeholder: String) -> Bool {
    var rest = Substring(path)
    var isLast = false
    while !rest.isEmpty {
        if rest.hasPrefix(placeholder) {
            isLast = true
            rest = rest.dropFirst(placeholder.count)
        } else {
            if rest.removeFirst() == "/", !rest.isEmpty { isLast = false }
        }
    }
    return isLast
}
