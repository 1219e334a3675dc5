/// Names of tables and columns, by dlt's `snake_case` rules, so that people who come from dlt find theirs.
///
/// `customFields` → `custom_fields`, `HTTPServerID` → `http_server_id`, `@odata.id` → `aodata_id`, `""` → `_empty`.
/// One difference: a non-ASCII scalar becomes `u` and its hexadecimal number, so that such names stay distinct.
package enum Names {
    /// The longest name in bytes, after all suffixes (PostgreSQL's limit, the smallest among the warehouses).
    package static let longest = 63

    /// One key of an object, or the name of a resource, as a piece of a name: `a__b` is a path of its own and stays one.
    package static func piece(_ key: String) -> String {
        guard key.utf8.contains(underscore) else { return snakeCase(key) }
        let scalars = Array(key.unicodeScalars)
        var fragments: [String] = []
        var fragment = String.UnicodeScalarView()
        var i = 0
        while i < scalars.count {
            if scalars[i] == "_", i + 1 < scalars.count, scalars[i + 1] == "_" {
                fragments.append(String(fragment))
                fragment = String.UnicodeScalarView()
                i += 2
            } else {
                fragment.append(scalars[i])
                i += 1
            }
        }
        fragments.append(String(fragment))
        fragments.removeAll { trimmed($0).isEmpty }
        return fragments.isEmpty ? snakeCase(key) : joined(fragments.map(snakeCase))
    }

    /// A name without paths in it.
    package static func snakeCase(_ key: String) -> String {
        var letters = reduced(key)
        letters = splitWords(letters)
        letters = splitCapitals(letters)
        for i in letters.indices where isUpper(letters[i]) { letters[i] += 32 }
        if let first = letters.first, isDigit(first) { letters.insert(underscore, at: 0) }
        let kept = letters.count - letters.reversed().prefix { $0 == underscore }.count
        for i in kept..<letters.count { letters[i] = UInt8(ascii: "x") }
        let name = collapsed(letters)
        return name.isEmpty ? "_empty" : String(decoding: name, as: UTF8.self)
    }

    /// The name of a path below a table: pieces joined by `__`.
    package static func joined(_ pieces: [String]) -> String { pieces.joined(separator: "__") }

    /// A name that is too long keeps its beginning and gets six characters of the hash of its path.
    package static func fitted(_ name: String, path: String) -> String {
        name.utf8.count <= longest ? name : tagged(name, path: path)
    }

    /// A name that is taken by another path gets six characters of the hash of its own.
    package static func tagged(_ name: String, path: String) -> String {
        let head = String(decoding: name.utf8.prefix(longest - 7), as: UTF8.self)
        return head + "_" + hex(fastHash(path, seed: 3)).suffix(6)
    }

    private static let underscore = UInt8(ascii: "_")
    private static func isUpper(_ c: UInt8) -> Bool { c >= 65 && c <= 90 }
    private static func isLower(_ c: UInt8) -> Bool { c >= 97 && c <= 122 }
    private static func isDigit(_ c: UInt8) -> Bool { c >= 48 && c <= 57 }

    /// Letters, digits and underscores; runs of anything else in ASCII become one underscore.
    private static func reduced(_ key: String) -> [UInt8] {
        var out: [UInt8] = []
        var inRun = false
        for scalar in trimmed(key) {
            let piece: String?
            switch scalar {
            case "+", "*": piece = "x"
            case "-", "_": piece = "_"
            case "@": piece = "a"
            case "|": piece = "l"
            case "a"..."z", "A"..."Z", "0"..."9": piece = String(scalar)
            case _ where !scalar.isASCII: piece = "u" + String(scalar.value, radix: 16)
            default: piece = nil
            }
            if let piece { out += Array(piece.utf8) } else if !inRun { out.append(underscore) }
            inRun = piece == nil
        }
        return out
    }

    private static func trimmed(_ key: String) -> ArraySlice<Unicode.Scalar> {
        let scalars = Array(key.unicodeScalars)
        let isBlank: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
        let start = scalars.firstIndex { !isBlank($0) } ?? scalars.endIndex
        let end = scalars.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? start
        return scalars[start..<end]
    }

    /// `([^_])([A-Z][a-z]+)` → `\1_\2`
    private static func splitWords(_ c: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var i = 0
        while i < c.count {
            out.append(c[i])
            if i + 2 < c.count, c[i] != underscore, isUpper(c[i + 1]), isLower(c[i + 2]) {
                out += [underscore, c[i + 1]]
                i += 2
                while i < c.count, isLower(c[i]) { out.append(c[i]); i += 1 }
            } else {
                i += 1
            }
        }
        return out
    }

    /// `([a-z0-9])([A-Z])` → `\1_\2`
    private static func splitCapitals(_ c: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var i = 0
        while i < c.count {
            out.append(c[i])
            if i + 1 < c.count, isLower(c[i]) || isDigit(c[i]), isUpper(c[i + 1]) {
                out += [underscore, c[i + 1]]
                i += 2
            } else {
                i += 1
            }
        }
        return out
    }

    private static func collapsed(_ c: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for letter in c where letter != underscore || out.last != underscore { out.append(letter) }
        return out
    }
}
