// String bodies out of a page that the tokenizer has accepted: every escape is whole and known. Both functions write at
// most as many bytes as they read (U+FFFD has three bytes, the shortest escape that it replaces has six), so that
// `target` needs room for `count` bytes; it must not overlap `source`. Pointers, because the writers call them in their
// loop over cells.

/// Copies a JSON string body, turning its escapes into the characters that they stand for, as UTF-8.
/// - Parameters:
///   - keepingNUL: whether `\u0000` becomes a zero byte; otherwise, as a lone surrogate always does, U+FFFD.
/// - Returns: the bytes written and the number of characters replaced by U+FFFD.
package func unescape(
    _ source: UnsafePointer<UInt8>, _ count: Int, into target: UnsafeMutablePointer<UInt8>, keepingNUL: Bool = false
) -> (written: Int, replaced: Int) {
    var at = 0, written = 0, replaced = 0
    while at < count {
        // Whole blocks are copied ahead of the look at them: `written` never passes `at`, so they fit into `target`.
        if count - at >= WidestBlock.width {
            UnsafeMutableRawPointer(target + written).copyMemory(from: source + at, byteCount: WidestBlock.width)
            let stops = WidestBlock(source + at).stops
            let plain = stops == 0 ? WidestBlock.width : stops.trailingZeroBitCount / WidestBlock.bitsPerByte
            written += plain
            at += plain
            if stops == 0 { continue }
        }
        if source[at] != UInt8(ascii: "\\") {
            target[written] = source[at]
            written += 1
            at += 1
            continue
        }
        assert(at + 1 < count, "a cut escape in a string that was accepted")
        guard source[at + 1] == UInt8(ascii: "u") else {
            target[written] = plainEscape(source[at + 1])
            written += 1
            at += 2
            continue
        }
        let (scalar, length) = unicodeEscape(source + at, count - at)
        let isReplaced = scalar == loneSurrogate || (scalar == 0 && !keepingNUL)
        written += encode(isReplaced ? 0xFFFD : scalar, into: target + written)
        replaced += isReplaced ? 1 : 0
        at += length
    }
    return (written, replaced)
}

/// Copies a JSON string body with its escapes, except that `\u0000` and lone surrogates become the escape `\ufffd`.
/// - Returns: the bytes written and the number of escapes replaced.
package func sanitizeEscapes(
    _ source: UnsafePointer<UInt8>, _ count: Int, into target: UnsafeMutablePointer<UInt8>
) -> (written: Int, replaced: Int) {
    var at = 0, replaced = 0
    target.update(from: source, count: count)
    while at < count {
        guard source[at] == UInt8(ascii: "\\") else {
            at += 1
            continue
        }
        assert(at + 1 < count, "a cut escape in a string that was accepted")
        guard source[at + 1] == UInt8(ascii: "u") else {
            at += 2
            continue
        }
        let (scalar, length) = unicodeEscape(source + at, count - at)
        if scalar == loneSurrogate || scalar == 0 {
            replaced += 1
            for (index, digit) in "fffd".utf8.enumerated() { target[at + 2 + index] = digit }
        }
        at += length
    }
    return (count, replaced)
}

/// No Unicode scalar: what `unicodeEscape` answers for half a pair.
private let loneSurrogate: UInt32 = 0xD800

/// The character of the escape `\u` with its four digits, or pair of them, at `source`, and its length in bytes.
@inline(__always)
private func unicodeEscape(_ source: UnsafePointer<UInt8>, _ count: Int) -> (scalar: UInt32, length: Int) {
    assert(count >= 6, "a cut escape in a string that was accepted")
    let unit = hexUnit(source + 2)
    guard unit & 0xF800 == 0xD800 else { return (unit, 6) }
    guard unit < 0xDC00, count >= 12, source[6] == UInt8(ascii: "\\"), source[7] == UInt8(ascii: "u") else {
        return (loneSurrogate, 6)
    }
    let low = hexUnit(source + 8)
    guard low & 0xFC00 == 0xDC00 else { return (loneSurrogate, 6) }
    return (0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF), 12)
}

@inline(__always)
private func hexUnit(_ digits: UnsafePointer<UInt8>) -> UInt32 {
    hexDigit(digits[0]) << 12 | hexDigit(digits[1]) << 8 | hexDigit(digits[2]) << 4 | hexDigit(digits[3])
}

/// The value of a digit known to be hexadecimal: letters have bit 6 set, and `a & 0xF` is 1.
@inline(__always)
private func hexDigit(_ digit: UInt8) -> UInt32 { UInt32(digit & 0xF) + UInt32(digit >> 6) * 9 }

@inline(__always)
private func plainEscape(_ letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: letter
    }
}

/// Writes a Unicode scalar as UTF-8 and answers its length.
@inline(__always)
private func encode(_ scalar: UInt32, into target: UnsafeMutablePointer<UInt8>) -> Int {
    func continuation(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | (scalar >> shift) & 0x3F) }
    switch scalar {
    case 0..<0x80:
        target[0] = UInt8(truncatingIfNeeded: scalar)
        return 1
    case 0x80..<0x800:
        target[0] = UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6)
        target[1] = continuation(0)
        return 2
    case 0x800..<0x10000:
        target[0] = UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12)
        target[1] = continuation(6)
        target[2] = continuation(0)
        return 3
    default:
        target[0] = UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18)
        target[1] = continuation(12)
        target[2] = continuation(6)
        target[3] = continuation(0)
        return 4
    }
}
