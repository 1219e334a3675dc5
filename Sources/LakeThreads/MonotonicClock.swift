import Glibc

/// A clock that never jumps, for measuring only.
package enum MonotonicClock {
    package static func milliseconds() -> Int64 {
        var moment = timespec()
        clock_gettime(CLOCK_MONOTONIC, &moment)
        return Int64(moment.tv_sec) * 1000 + Int64(moment.tv_nsec) / 1_000_000
    }
}
