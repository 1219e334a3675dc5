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
