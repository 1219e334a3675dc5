/// Strings, numbers and literals.
extension ScalarReader {
    mutating func readLiteral(_ word: String, _ kind: Token.Kind) throws(JSONFault) {
        let start = at
        for byte in word.utf8 {
            guard peek == byte else { throw unexpected(.literal(word)) }
            at += 1
        }
        append(kind, from: start, to: at)
    }

    /// RFC 8259, section 6: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
    mutating func readNumber() throws(JSONFault) {
        let start = at
        var flags: Token.Flags = []
        if peek == UInt8(ascii: "-") {
            flags.insert(.negative)
            at += 1
        }
        if peek == UInt8(ascii: "0") {
            at += 1
            if isDigit(peek) { throw fault(.leadingZero) }
        } else {
            try skipDigits()
        }
        if peek == UInt8(ascii: ".") {
            flags.insert(.fraction)
            at += 1
            try skipDigits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            flags.insert(.exponent)
            at += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { at += 1 }
            try skipDigits()
        }
        append(.number, from: start, to: at, flags)
    }

    func isDigit(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    /// Skips one digit or more.
    private mutating func skipDigits() throws(JSONFault) {
        guard isDigit(peek) else { throw unexpected(.digit) }
        while isDigit(peek) { at += 1 }
    }

    /// Reads a string or key from its opening quote to behind its closing one.
    mutating func readString(_ kind: Token.Kind) throws(JSONFault) {
        let quote = at
        var flags: Token.Flags = []
        at += 1
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                let body = bytes[(quote + 1)..<at]
                if body.isEmpty || body.first == UInt8(ascii: " ") || body.last == UInt8(ascii: " ") { flags.insert(.blankEdge) }
                append(kind, from: quote + 1, to: at, flags)
                at += 1
                return
            case UInt8(ascii: "\\"):
                flags.insert(.escaped)
                if try skipEscape(quote: quote) { flags.insert(.unsafeEscape) }
            case 0..<0x20: throw fault(.controlCharacter(byte))
            case 0x80...:
                flags.insert(.nonASCII)
                try skipMultibyteCharacter(quote: quote)
            default:
                if byte == UInt8(ascii: ",") { flags.insert(.comma) }
                at += 1
            }
        }
        throw fault(.unterminatedString(start: quote))
    }

    /// Skips an escape, or a pair of them that makes one character; true for `\u0000` and lone surrogates.
    private mutating func skipEscape(quote: Int) throws(JSONFault) -> Bool {
        at += 1
        guard let letter = peek else { throw fault(.unterminatedString(start: quote)) }
        guard letter == UInt8(ascii: "u") else {
            guard #""\/bfnrt"#.utf8.contains(letter) else { throw fault(.badEscape(letter)) }
            at += 1
            return false
        }
        at += 1
        let unit = try readHexDigits(quote: quote)
        guard unit & 0xFC00 == 0xD800 else { return unit == 0 || unit & 0xFC00 == 0xDC00 }
        // A high surrogate: with a low one behind it one character, otherwise alone.
        guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else { return true }
        let second = at
        at += 2
        if try readHexDigits(quote: quote) & 0xFC00 == 0xDC00 { return false }
        at = second
        return true
    }

    private mutating func readHexDigits(quote: Int) throws(JSONFault) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek else { throw fault(.unterminatedString(start: quote)) }
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else { throw unexpected(.hexDigit) }
            unit = unit << 4 | UInt32(digit)
            at += 1
        }
        return unit
    }

    /// Skips one character of two to four bytes, by the table in RFC 3629, section 4.
    private mutating func skipMultibyteCharacter(quote: Int) throws(JSONFault) {
        let following: [ClosedRange<UInt8>]
        let any: ClosedRange<UInt8> = 0x80...0xBF
        switch bytes[at] {
        case 0xC2...0xDF: following = [any]
        case 0xE0: following = [0xA0...0xBF, any]
        case 0xE1...0xEC, 0xEE...0xEF: following = [any, any]
        case 0xED: following = [0x80...0x9F, any]
        case 0xF0: following = [0x90...0xBF, any, any]
        case 0xF1...0xF3: following = [any, any, any]
        case 0xF4: following = [0x80...0x8F, any, any]
        default: throw fault(.invalidUTF8(bytes[at]))
        }
        for (index, range) in following.enumerated() {
            guard at + 1 + index < bytes.count else {
                throw JSONFault(.unterminatedString(start: quote), at: bytes.count)
            }
            guard range.contains(bytes[at + 1 + index]) else { throw fault(.invalidUTF8(bytes[at])) }
        }
        at += 1 + following.count
    }
}
