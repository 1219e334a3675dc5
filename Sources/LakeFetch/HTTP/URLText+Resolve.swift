extension URLText {
    /// The absolute URL that a reference means where it was found (RFC 3986, section 5.2.2, the strict form). What may
    /// not stand in a URL is quoted first, so that the rest has to do with ASCII only.
    /// - Parameter base: an absolute URL: that of the response that held the reference.
    package static func resolve(_ reference: String, against base: String) -> String {
        let base = URLParts(requote(base))
        var target = URLParts(requote(reference))
        if target.scheme != nil || target.authority != nil {
            target.path = removingDotSegments(target.path)
        } else if target.path.isEmpty {
            target.path = base.path
            target.query = target.query ?? base.query
        } else {
            target.path = removingDotSegments(target.path.hasPrefix("/") ? target.path : merged(target.path, into: base))
        }
        if target.scheme == nil {
            target.scheme = base.scheme
            target.authority = target.authority ?? base.authority
        }
        return target.text
    }

    /// Section 5.2.3: the reference takes the place of what follows the base's last slash.
    private static func merged(_ path: Substring, into base: URLParts) -> Substring {
        if base.authority != nil, base.path.isEmpty { return "/" + path }
        guard let slash = base.path.lastIndex(of: "/") else { return path }
        return base.path[...slash] + path
    }

    /// Section 5.2.4, with the segments on a stack: `.` stands for nothing, `..` takes the last one away.
    private static func removingDotSegments(_ path: Substring) -> Substring {
        let isRooted = path.hasPrefix("/")
        var kept: [Substring] = []
        let segments = (isRooted ? path.dropFirst() : path).split(separator: "/", omittingEmptySubsequences: false)
        for (i, segment) in segments.enumerated() {
            guard segment == "." || segment == ".." else {
                kept.append(segment)
                continue
            }
            if segment == ".." { _ = kept.popLast() }
            if i == segments.count - 1 { kept.append("") }
        }
        return ((isRooted ? "/" : "") + kept.joined(separator: "/"))[...]
    }
}
