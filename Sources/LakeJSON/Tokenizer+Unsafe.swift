import LakeModel

// The hot loop of the house: one walk over the page with raw pointers, no allocation once the tape has grown.
//
// Every read is covered by one of two checks: `at < end` for single bytes (`skipBlanks` answers true only then), or
// `end - at >= width` for blocks and words. The last bytes of a page are therefore read one by one. The reader only says
// yes or no; where and why a page is wrong is found out by `ScalarTokenizer`, so that there is one place that knows.

/// Reads one page into a tape.
struct FastReader<Block: ScanBlock> {
    private let tape: Tape
    private let base: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>
    /// The next byte to read.
    private var at: UnsafePointer<UInt8>
    private var tokens: UnsafeMutablePointer<Token>
    private var count = 0
    private var capacity: Int
    /// The innermost open container, `none` outside. An open container keeps its parent in its `next`.
    private var parent = Self.none
    private var isInObject = false
    private var levelsLeft: Int

    @inline(__always) private static var none: UInt32 { .max }

    /// Fills the tape; false where the page is no JSON.
    static func fill(_ tape: Tape, from page: PageBytes, maxDepth: Int) -> Bool {
        let hadBOM = page.withBytes { $0.starts(with: byteOrderMark) }
        var reader = FastReader(tape, page, skipping: hadBOM ? byteOrderMark.count : 0, maxDepth: maxDepth)
        let isJSON = reader.readDocument()
        withExtendedLifetime(page) {}
        tape.count = isJSON ? reader.count : 0
        tape.hadBOM = isJSON && hadBOM
        return isJSON
    }

    private init(_ tape: Tape, _ page: PageBytes, skipping start: Int, maxDepth: Int) {
        self.tape = tape
        base = page.base
        end = page.base + page.count
        at = page.base + start
        tokens = tape.tokens
        capacity = tape.capacity
        levelsLeft = maxDepth
    }

    // MARK: - Structure

    /// One loop instead of recursion: every round reads a value, then everything up to the next one.
    @inline(__always)
    private mutating func readDocument() -> Bool {
        guard skipBlanks() else { return false }
        while true {
            switch at.pointee {
            case UInt8(ascii: "\""):
                guard readString(.string) else { return false }
            case UInt8(ascii: "{"):
                guard openContainer(.object), skipBlanks() else { return false }
                guard at.pointee == UInt8(ascii: "}") else {
                    guard readKey() else { return false }
                    continue
                }
                closeContainer()
            case UInt8(ascii: "["):
                guard openContainer(.array), skipBlanks() else { return false }
                guard at.pointee == UInt8(ascii: "]") else { continue }
                closeContainer()
            case UInt8(ascii: "t"):
                guard readWord("true", 4, .true) else { return false }
            case UInt8(ascii: "f"):
                guard readWord("alse", 5, .false) else { return false }
            case UInt8(ascii: "n"):
                guard readWord("null", 4, .null) else { return false }
            default:
                guard readNumber() else { return false }
            }
            switch advanceToValue() {
            case .value: continue
            case .end: return true
            case .fault: return false
            }
        }
    }

    private enum Step { case value, end, fault }

    /// Reads what stands between a value and the next one: closing brackets, a comma, in objects a key.
    @inline(__always)
    private mutating func advanceToValue() -> Step {
        while parent != Self.none {
            guard skipBlanks() else { return .fault }
            if at.pointee == UInt8(ascii: ",") {
                at += 1
                guard skipBlanks(), !isInObject || readKey() else { return .fault }
                return .value
            }
            guard at.pointee == (isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return .fault }
            closeContainer()
        }
        return skipBlanks() ? .fault : .end
    }

    /// Reads a key and its colon, up to the first byte of the value.
    @inline(__always)
    private mutating func readKey() -> Bool {
        guard at.pointee == UInt8(ascii: "\""), readString(.key), skipBlanks(), at.pointee == UInt8(ascii: ":") else { return false }
        at += 1
        return skipBlanks()
    }

    @inline(__always)
    private mutating func openContainer(_ kind: Token.Kind) -> Bool {
        guard levelsLeft > 0 else { return false }
        levelsLeft &-= 1
        let index = UInt32(truncatingIfNeeded: count)
        append(kind, from: at, to: at, next: parent, [])
        parent = index
        isInObject = kind == .object
        at += 1
        return true
    }

    /// Closes the innermost container at its bracket.
    @inline(__always)
    private mutating func closeContainer() {
        assert(parent != Self.none && Int(parent) < count)
        at += 1
        let token = tokens + Int(parent)
        parent = token.pointee.next
        token.pointee.length = UInt32(truncatingIfNeeded: at - base) &- token.pointee.offset
        token.pointee.next = UInt32(truncatingIfNeeded: count)
        isInObject = parent != Self.none && tokens[Int(parent)].kind == .object
        levelsLeft &+= 1
    }

    /// Skips white space; false at the end of the page, otherwise `at` stands on a byte.
    @inline(__always)
    private mutating func skipBlanks() -> Bool {
        guard at < end else { return false }
        if at.pointee > 0x20 { return true }
        // One blank, as many writers put behind a colon or a comma.
        if end - at >= 2, at.pointee == 0x20, at[1] > 0x20 {
            at += 1
            return true
        }
        guard let stop = endOfBlanks(at, end, Block.self) else { return false }
        at = stop
        return true
    }

    // MARK: - Scalars

    /// Reads a literal of `length` bytes whose last four are `tail`.
    @inline(__always)
    private mutating func readWord(_ tail: StaticString, _ length: Int, _ kind: Token.Kind) -> Bool {
        guard end - at >= length else { return false }
        let found = UnsafeRawPointer(at + (length - 4)).loadUnaligned(as: UInt32.self)
        guard found == UnsafeRawPointer(tail.utf8Start).loadUnaligned(as: UInt32.self) else { return false }
        append(kind, from: at, to: at + length, [])
        at += length
        return true
    }

    @inline(__always)
    private mutating func readNumber() -> Bool {
        let start = at
        var flags: Token.Flags = []
        if at.pointee == UInt8(ascii: "-") {
            flags = .negative
            at += 1
        }
        if at < end, at.pointee == UInt8(ascii: "0") {
            at += 1
            if at < end, isDigit(at.pointee) { return false }
        } else {
            guard skipDigits() else { return false }
        }
        if at < end, at.pointee == UInt8(ascii: ".") {
            flags.formUnion(.fraction)
            at += 1
            guard skipDigits() else { return false }
        }
        if at < end, at.pointee | 0x20 == UInt8(ascii: "e") {
            flags.formUnion(.exponent)
            at += 1
            if at < end, at.pointee == UInt8(ascii: "+") || at.pointee == UInt8(ascii: "-") { at += 1 }
            guard skipDigits() else { return false }
        }
        append(.number, from: start, to: at, flags)
        return true
    }

    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// Skips one digit or more.
    @inline(__always)
    private mutating func skipDigits() -> Bool {
        let start = at
        while at < end, isDigit(at.pointee) { at += 1 }
        return at > start
    }

    /// Reads a string or key from its opening quote to behind its closing one.
    @inline(__always)
    private mutating func readString(_ kind: Token.Kind) -> Bool {
        let body = at + 1
        var flags: Token.Flags = []
        var nonASCII: Block.Mask = 0
        var commas: Block.Mask = 0
        at = body
        while true {
            if end - at >= Block.width {
                let block = Block(at)
                let stops = block.stops
                if stops == 0 {
                    nonASCII |= block.nonASCII
                    commas |= block.commas
                    at += Block.width
                    continue
                }
                let before = (stops & (~stops &+ 1)) &- 1
                nonASCII |= block.nonASCII & before
                commas |= block.commas & before
                at += stops.trailingZeroBitCount / Block.bitsPerByte
            } else {
                guard at < end else { return false }
                let byte = at.pointee
                if byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
                    if byte >= 0x80 { nonASCII = 1 }
                    if byte == UInt8(ascii: ",") { commas = 1 }
                    at += 1
                    continue
                }
            }
            if at.pointee == UInt8(ascii: "\"") { break }
            guard at.pointee == UInt8(ascii: "\\"), let escape = skipEscape(at, end) else { return false }
            at = escape.next
            flags.formUnion(escape.flags)
        }
        if commas != 0 { flags.formUnion(.comma) }
        if nonASCII != 0 {
            guard isUTF8(body, at) else { return false }
            flags.formUnion(.nonASCII)
        }
        // An empty body has the quotes as its edges.
        if at == body || body.pointee == 0x20 || at[-1] == 0x20 { flags.formUnion(.blankEdge) }
        append(kind, from: body, to: at, flags)
        at += 1
        return true
    }

    // MARK: - Tape

    @inline(__always)
    private mutating func append(
        _ kind: Token.Kind, from start: UnsafePointer<UInt8>, to stop: UnsafePointer<UInt8>, next: UInt32? = nil, _ flags: Token.Flags
    ) {
        if count == capacity {
            (tokens, capacity) = grown(tape, count)
        }
        assert(start >= base && stop <= end && count < capacity)
        (tokens + count).initialize(to: Token(
            offset: UInt32(truncatingIfNeeded: start - base), length: UInt32(truncatingIfNeeded: stop - start),
            next: next ?? UInt32(truncatingIfNeeded: count &+ 1), kind: kind, flags: flags))
        count &+= 1
    }
}

/// The first byte that is no white space; nil at the end of the page.
@inline(never)
private func endOfBlanks<Block: ScanBlock>(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _: Block.Type
) -> UnsafePointer<UInt8>? {
    var at = start
    while end - at >= Block.width {
        let nonBlanks = Block(at).nonBlanks
        if nonBlanks != 0 { return at + nonBlanks.trailingZeroBitCount / Block.bitsPerByte }
        at += Block.width
    }
    while at < end {
        switch at.pointee {
        case 0x20, 0x0A, 0x0D, 0x09: at += 1
        default: return at
        }
    }
    return nil
}

/// Doubles a full tape. Takes and gives values, so that the reader's own state can stay in registers.
@inline(never)
private func grown(_ tape: Tape, _ count: Int) -> (UnsafeMutablePointer<Token>, Int) {
    tape.count = count
    tape.reserve(count * 2)
    return (tape.tokens, tape.capacity)
}

/// Skips the escape at `at`, or the pair of them that makes one character; nil where it is none.
@inline(never)
private func skipEscape(_ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> (next: UnsafePointer<UInt8>, flags: Token.Flags)? {
    guard end - at >= 2 else { return nil }
    switch at[1] {
    case UInt8(ascii: "n"), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"),
        UInt8(ascii: "t"), UInt8(ascii: "r"), UInt8(ascii: "b"), UInt8(ascii: "f"):
        return (at + 2, .escaped)
    case UInt8(ascii: "u"):
        guard let unit = hexUnit(at + 2, end) else { return nil }
        guard unit & 0xF800 == 0xD800 else { return (at + 6, unit == 0 ? [.escaped, .unsafeEscape] : .escaped) }
        // What follows a lone surrogate is left to the next round, which checks it.
        guard unit < 0xDC00, end - at >= 8, at[6] == UInt8(ascii: "\\"), at[7] == UInt8(ascii: "u"),
              let low = hexUnit(at + 8, end), low & 0xFC00 == 0xDC00 else { return (at + 6, [.escaped, .unsafeEscape]) }
        return (at + 12, .escaped)
    default: return nil
    }
}

/// The value of four hexadecimal digits; nil where they are none or the page ends among them.
@inline(__always)
private func hexUnit(_ digits: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UInt32? {
    guard end - digits >= 4 else { return nil }
    var unit: UInt32 = 0
    for index in 0..<4 {
        let number = digits[index] &- UInt8(ascii: "0")
        let letter = (digits[index] | 0x20) &- UInt8(ascii: "a")
        guard number < 10 || letter < 6 else { return nil }
        unit = unit << 4 | UInt32(number < 10 ? number : letter &+ 10)
    }
    return unit
}

/// Whether the body of a string is UTF-8 by RFC 3629, section 4. A quote stands at `end`, so that four bytes can be read
/// wherever three are left.
@inline(never)
private func isUTF8(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
    var at = start
    while at < end {
        let lead = at.pointee
        if lead < 0x80 {
            at += end - at >= 8 && WordBlock(at).nonASCII == 0 ? 8 : 1
            continue
        }
        if lead & 0xF0 == 0xE0 {
            guard end - at >= 3 else { return false }
            let word = UInt32(littleEndian: UnsafeRawPointer(at).loadUnaligned(as: UInt32.self))
            // The five bits that tell overlong forms (all zero) and surrogates (0xD and the highest of the second byte).
            let range = word & 0x200F
            guard word & 0xC0C0F0 == 0x8080E0, range != 0, range != 0x200D else { return false }
            at += 3
        } else if lead & 0xE0 == 0xC0 {
            guard end - at >= 2, lead >= 0xC2, at[1] & 0xC0 == 0x80 else { return false }
            at += 2
        } else {
            guard end - at >= 4 else { return false }
            let word = UInt32(littleEndian: UnsafeRawPointer(at).loadUnaligned(as: UInt32.self))
            // The plane: 0 would be overlong, more than 16 is past U+10FFFF.
            let plane = (word & 7) << 2 | (word >> 12) & 3
            guard word & 0xC0C0C0F8 == 0x808080F0, plane >= 1, plane <= 16 else { return false }
            at += 4
        }
    }
    return true
}
