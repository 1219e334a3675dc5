import LakeSource

/// Where the requests of a source may go, and what may go along.
struct OriginRules: Sendable {
    enum Verdict: Hashable, Sendable {
        /// Everything may be sent there.
        case trusted
        /// A request may go there, nothing that came from a secret.
        case withoutSecrets
        case refused
        /// It would leave https for http.
        case plain
    }

    let own: Origin
    private let allowed: [Origin: Bool]

    /// - Throws: where an allowed origin is none.
    init(own: Origin, allowed: [AllowedOrigin]) throws(URLProblem) {
        var table: [Origin: Bool] = [:]
        for entry in allowed {
            let origin = try Origin(url: entry.origin)
            table[origin] = entry.withAuth || table[origin] == true
        }
        self.own = own
        self.allowed = table
    }

    func verdict(_ origin: Origin) -> Verdict {
        if origin == own { return .trusted }
        if own.scheme == .https && origin.scheme == .http { return .plain }
        guard let withAuth = allowed[origin] else { return .refused }
        return withAuth ? .trusted : .withoutSecrets
    }

    /// What carries a secret travels encrypted, or stays on this machine.
    static func keepsSecrets(_ origin: Origin) -> Bool { origin.scheme == .https || origin.isLoopback }
}
