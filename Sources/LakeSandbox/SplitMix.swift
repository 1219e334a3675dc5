/// A cheap stream of numbers (SplitMix64, Steele et al. 2014) that is a function of seed, purpose and index, so that a
/// record is the same on whatever page it stands.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64, purpose: Purpose, index: Int) {
        state = SplitMix.mix(seed ^ purpose.rawValue &* 0xd6e8_feb8_6659_fd93) ^ SplitMix.mix(UInt64(index) &+ 1)
    }

    @inline(__always)
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return SplitMix.mix(state)
    }

    /// 0 up to, not including, `bound`.
    @inline(__always)
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    @inline(__always)
    mutating func percent(_ share: Int) -> Bool { below(100) < share }

    @inline(__always)
    mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// What a stream is for. Each group of fields has its own, so that the two forms of a request agree.
    enum Purpose: UInt64 {
        case tag = 1, change, jitter, state, message, sla, people, customer, insight, fields, lists, times, numbers, drift
        case user, account, contact, ticket, comment, member
    }
}
