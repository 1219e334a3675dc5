import LakeJSON

/// A value of a page as JSON on one line: strings and numbers as they stand, white space between them left out, NUL
/// and lone surrogates replaced.
package enum CompactJSON {
    /// Appends the value (or key) at `token`. Iterative: the depth of the page does not matter.
    /// - Returns: how many characters were replaced.
    @discardableResult
    package static func append(_ token: Int, _ tokens: UnsafePointer<Token>, _ bytes: UnsafePointer<UInt8>, to out: inout [UInt8]) -> Int {
        var replaced = 0
        var open: [(end: Int, close: UInt8)] = []
        var i = token
        let end = tokens[token].kind == .key ? token + 1 : Int(tokens[token].next)
        while i < end {
            let t = tokens[i]
            i += 1
            if t.kind == .key {
                replaced += appendScalar(t, bytes, to: &out)
                if i < end { out.append(UInt8(ascii: ":")) }
                continue
            }
            let isContainer = t.kind == .object || t.kind == .array
            if isContainer {
                out.append(t.kind == .object ? UInt8(ascii: "{") : UInt8(ascii: "["))
                open.append((Int(t.next), t.kind == .object ? UInt8(ascii: "}") : UInt8(ascii: "]")))
                if t.next > i { continue }
            } else {
                replaced += appendScalar(t, bytes, to: &out)
            }
            while let last = open.last, last.end == i {
                out.append(last.close)
                open.removeLast()
            }
            if i < end { out.append(UInt8(ascii: ",")) }
        }
        return replaced
    }

    private static func appendScalar(_ t: Token, _ bytes: UnsafePointer<UInt8>, to out: inout [UInt8]) -> Int {
        let p = bytes + Int(t.offset)
        let raw = UnsafeBufferPointer(start: p, count: Int(t.length))
        guard t.kind == .string || t.kind == .key else {
            out.append(contentsOf: raw)
            return 0
        }
        out.append(UInt8(ascii: "\""))
        defer { out.append(UInt8(ascii: "\"")) }
        guard t.flags.contains(.unsafeEscape) else {
            out.append(contentsOf: raw)
            return 0
        }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: raw.count) { clean in
            guard let base = clean.baseAddress else { return 0 }
            let (written, replaced) = sanitizeEscapes(p, raw.count, into: base)
            out.append(contentsOf: clean[..<written])
            return replaced
        }
    }
}
