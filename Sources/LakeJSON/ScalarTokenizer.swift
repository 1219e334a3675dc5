import LakeModel

/// The simple tokenizer: byte after byte over an array, every access checked.
///
/// It judges the fast one in tests, finds the exact fault where the fast one has refused a page, and reads the
/// definition dialect. Three to six times slower and it copies the page, so never the first choice for pages.
package enum ScalarTokenizer {
    /// Fills `tape` with the tokens of `page`; leaves it empty where it throws.
    package static func tokenize(
        _ page: PageBytes, into tape: Tape, maxDepth: Int = Tokenizer.depthLimit, dialect: JSONDialect = .strict
    ) throws(JSONFault) {
        tape.replaceAll(with: [], hadBOM: false)
        var reader = ScalarReader(bytes: page.withBytes { Array($0) }, maxDepth: maxDepth, dialect: dialect)
        try reader.readDocument()
        tape.replaceAll(with: reader.tokens, hadBOM: reader.hadBOM)
    }
}

/// A walk over one document. Verbs that begin with `read` and `skip` advance, `peek` does not.
struct ScalarReader {
    let bytes: [UInt8]
    let maxDepth: Int
    let dialect: JSONDialect
    var at = 0
    var hadBOM = false
    var tokens: [Token] = []
    /// The tokens of the arrays and objects that are not closed yet, outermost first.
    var open: [Int] = []

    init(bytes: [UInt8], maxDepth: Int, dialect: JSONDialect) {
        self.bytes = bytes
        self.maxDepth = maxDepth
        self.dialect = dialect
    }

    mutating func readDocument() throws(JSONFault) {
        try skipPreamble()
        try skipBlanks()
        guard peek != nil else { throw fault(.emptyInput) }
        try readValue(expecting: .value)
        while let container = open.last { try readItem(of: container) }
        try skipBlanks()
        if let byte = peek { throw fault(.trailingContent(byte)) }
    }

    var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    func fault(_ reason: JSONFault.Reason) -> JSONFault { JSONFault(reason, at: at) }

    func unexpected(_ expected: JSONFault.Expected) -> JSONFault { fault(.expected(expected, found: peek)) }

    /// Skips a byte order mark; refuses other encodings.
    private mutating func skipPreamble() throws(JSONFault) {
        if let encoding = JSONFault.Encoding(guessing: bytes) { throw fault(.unsupportedEncoding(encoding)) }
        if bytes.starts(with: byteOrderMark) {
            hadBOM = true
            at = byteOrderMark.count
        } else if !bytes.isEmpty, byteOrderMark.starts(with: bytes) {
            at = bytes.count  // A cut mark: nothing follows, so the document counts as empty.
        }
    }

    /// Reads one element or member of the innermost container, or its end.
    private mutating func readItem(of container: Int) throws(JSONFault) {
        let isObject = tokens[container].kind == .object
        let isFirst = tokens.count == container + 1
        let closing = UInt8(ascii: isObject ? "}" : "]")
        try skipBlanks()
        if peek == closing { return close(container) }
        if !isFirst {
            guard peek == UInt8(ascii: ",") else { throw unexpected(isObject ? .commaOrObjectEnd : .commaOrArrayEnd) }
            at += 1
            try skipBlanks()
            if dialect == .definition, peek == closing { return close(container) }
        }
        if isObject { try readKey(expecting: isFirst ? .keyOrObjectEnd : .key) }
        try readValue(expecting: isFirst && !isObject ? .valueOrArrayEnd : .value)
    }

    private mutating func readKey(expecting expected: JSONFault.Expected) throws(JSONFault) {
        guard peek == UInt8(ascii: "\"") else { throw unexpected(expected) }
        try readString(.key)
        try skipBlanks()
        guard peek == UInt8(ascii: ":") else { throw unexpected(.colon) }
        at += 1
        try skipBlanks()
    }

    /// Reads a scalar value, or the opening bracket of a container.
    private mutating func readValue(expecting expected: JSONFault.Expected) throws(JSONFault) {
        switch peek {
        case UInt8(ascii: "{"): try openContainer(.object)
        case UInt8(ascii: "["): try openContainer(.array)
        case UInt8(ascii: "\""): try readString(.string)
        case UInt8(ascii: "t"): try readLiteral("true", .true)
        case UInt8(ascii: "f"): try readLiteral("false", .false)
        case UInt8(ascii: "n"): try readLiteral("null", .null)
        case UInt8(ascii: "-"): try readNumber()
        case let byte? where isDigit(byte): try readNumber()
        default: throw unexpected(expected)
        }
    }

    private mutating func openContainer(_ kind: Token.Kind) throws(JSONFault) {
        guard open.count < maxDepth else { throw fault(.tooDeep(limit: maxDepth)) }
        open.append(tokens.count)
        append(kind, from: at, to: at)
        at += 1
    }

    private mutating func close(_ container: Int) {
        at += 1
        tokens[container].length = UInt32(at) - tokens[container].offset
        tokens[container].next = UInt32(tokens.count)
        open.removeLast()
    }

    mutating func append(_ kind: Token.Kind, from start: Int, to end: Int, _ flags: Token.Flags = []) {
        tokens.append(Token(
            offset: UInt32(start), length: UInt32(end - start), next: UInt32(tokens.count + 1), kind: kind, flags: flags))
    }

    /// Skips white space, in definitions comments too.
    private mutating func skipBlanks() throws(JSONFault) {
        while let byte = peek {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): at += 1
            case UInt8(ascii: "/") where dialect == .definition: guard try skipComment() else { return }
            default: return
            }
        }
    }

    /// Skips a comment; false where the slash begins none.
    private mutating func skipComment() throws(JSONFault) -> Bool {
        let start = at
        switch at + 1 < bytes.count ? bytes[at + 1] : 0 {
        case UInt8(ascii: "/"):
            at = bytes[at...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        case UInt8(ascii: "*"):
            at += 2
            while at + 1 < bytes.count, bytes[at] != UInt8(ascii: "*") || bytes[at + 1] != UInt8(ascii: "/") { at += 1 }
            guard at + 1 < bytes.count else { throw JSONFault(.unterminatedComment(start: start), at: bytes.count) }
            at += 2
        default: return false
        }
        return true
    }
}

extension JSONFault.Encoding {
    /// UTF-16 or UTF-32, by its byte order mark, or by where the zeros stand in the first two characters, which in JSON
    /// are ASCII (RFC 4627, section 3). Nil for everything that may be UTF-8.
    init?(guessing bytes: some RandomAccessCollection<UInt8>) {
        switch bytes.prefix(4).map({ $0 == 0 }) {
        case [false, true, true, true]: self = .utf32LittleEndian
        case [true, true, true, false]: self = .utf32BigEndian
        case _ where bytes.starts(with: [0xFF, 0xFE, 0, 0]): self = .utf32LittleEndian
        case _ where bytes.starts(with: [0, 0, 0xFE, 0xFF]): self = .utf32BigEndian
        case [false, true, false, true], [false, true]: self = .utf16LittleEndian
        case [true, false, true, false], [true, false]: self = .utf16BigEndian
        case _ where bytes.starts(with: [0xFF, 0xFE]): self = .utf16LittleEndian
        case _ where bytes.starts(with: [0xFE, 0xFF]): self = .utf16BigEndian
        default: return nil
        }
    }
}
