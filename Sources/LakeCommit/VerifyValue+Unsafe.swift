import LakeModel
import LakeNormalize

/// What a value of a column looks like, whatever stands around it.
enum ValueForm: BitwiseCopyable {
    /// Nothing but null.
    case null
    case boolean, bigint, double, text, json
    case decimal(whole: Int, scale: Int)
    case temporal(ColumnFacts.Temporal)

    init(_ type: ColumnType) {
        self = switch type {
        case .unknown: .null
        case .boolean: .boolean
        case .bigint: .bigint
        case .double: .double
        case .decimal(let size): .decimal(whole: size.whole, scale: size.scale)
        case .timestamp: .temporal(.timestamp)
        case .timestampNTZ: .temporal(.timestampNTZ)
        case .date: .temporal(.date)
        case .time: .temporal(.time)
        case .text: .text
        case .json: .json
        }
    }
}

/// A number by the grammar of RFC 8259, section 6, taken apart. Pointers are to `count` bytes, all within bounds.
struct NumberShape {
    var whole = 0
    var fraction = 0
    var hasPoint = false
    var hasExponent = false

    init?(_ p: UnsafePointer<UInt8>, _ count: Int) {
        var i = count > 0 && p[0] == UInt8(ascii: "-") ? 1 : 0
        let start = i
        while i < count, p[i] &- 48 < 10 { i += 1 }
        whole = i - start
        guard whole > 0, whole == 1 || p[start] != UInt8(ascii: "0") else { return nil }
        if whole == 1, p[start] == UInt8(ascii: "0") { whole = 0 }
        if i < count, p[i] == UInt8(ascii: ".") {
            hasPoint = true
            i += 1
            let digits = i
            while i < count, p[i] &- 48 < 10 { i += 1 }
            fraction = i - digits
            guard fraction > 0 else { return nil }
        }
        if i < count, p[i] | 32 == UInt8(ascii: "e") {
            hasExponent = true
            i += 1
            if i < count, p[i] == UInt8(ascii: "+") || p[i] == UInt8(ascii: "-") { i += 1 }
            let digits = i
            while i < count, p[i] &- 48 < 10 { i += 1 }
            guard i > digits else { return nil }
        }
        guard i == count else { return nil }
    }
}

/// The integer that the bytes are; nil where they are none, or one beyond 64 bits.
@inline(__always)
func integer(_ p: UnsafePointer<UInt8>, _ count: Int) -> Int? {
    guard count > 0, count <= 20 else { return nil }
    let isNegative = p[0] == UInt8(ascii: "-")
    var i = isNegative ? 1 : 0
    guard i < count, p[i] != UInt8(ascii: "0") || count - i == 1 else { return nil }
    if count - i > 18 { return Int(String(decoding: UnsafeBufferPointer(start: p, count: count), as: UTF8.self)) }
    var value = 0
    while i < count {
        let digit = p[i] &- 48
        guard digit < 10 else { return nil }
        value = value &* 10 &+ Int(digit)
        i += 1
    }
    return isNegative ? -value : value
}

func isDecimal(_ p: UnsafePointer<UInt8>, _ count: Int, whole: Int, scale: Int) -> Bool {
    guard let shape = NumberShape(p, count) else { return false }
    return !shape.hasExponent && shape.whole <= whole && shape.fraction <= scale
}
