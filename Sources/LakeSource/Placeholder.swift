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

extension Resource {
    /// Whether the path names one entity: its last segment is made from a field of the parent.
    package var isSingleEntity: Bool {
        var isLast = false
        for (index, part) in request.path.parts.enumerated() {
            switch part {
            case .parentField: isLast = true
            case .incremental: break
            case .text(let text):
                // A slash at the very end begins no segment.
                let begins = index == request.path.parts.count - 1 ? text.dropLast(text.hasSuffix("/") ? 1 : 0) : text[...]
                if begins.contains("/") { isLast = false }
            }
        }
        return isLast
    }
}
