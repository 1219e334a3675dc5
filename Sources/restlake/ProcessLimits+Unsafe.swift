import Glibc

/// What the process asks of the system before it starts.
enum ProcessLimits {
    /// As many open files as the system allows: each table that is being written has two.
    static func raiseOpenFiles() {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(resource, &limit)
    }

    /// Large blocks go back to the system as soon as they are free. Left to itself, glibc's malloc takes ever larger ones
    /// out of areas of its own, a gap beside a gap, which keep what was ever taken. Another library's malloc stays as it is.
    static func giveLargeBlocksBack() {
        // Swift's module of glibc leaves mallopt(3) out, and its names for what can be set.
        guard let address = dlsym(nil, "mallopt") else { return }
        let mallopt = unsafeBitCast(address, to: (@convention(c) (CInt, CInt) -> CInt).self)
        let trimThreshold: CInt = -1, mmapThreshold: CInt = -3
        _ = mallopt(mmapThreshold, 1 << 20)
        // Said as well, because the threshold alone would have every small block behind the last one given back at once.
        _ = mallopt(trimThreshold, 512 << 10)
    }
}
