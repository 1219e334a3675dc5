import LakeModel

/// What a server says of its rate limit, in any of the spellings in use:
///
///     X-RateLimit-Remaining: 0            RateLimit-Remaining: 0         X-Rate-Limit-Remaining: 0
///     X-RateLimit-Reset: 1795399260       RateLimit-Reset: 42            X-Rate-Limit-Reset: 1795399260
///     RateLimit: limit=100, remaining=0, reset=42      (draft-ietf-httpapi-ratelimit-headers-03 to -07)
///     RateLimit: "default";r=0;t=42                    (the same draft from -08 on)
///
/// A reset is a number of seconds from now, a moment in seconds or milliseconds since 1970, or a date. Pure.
package enum RateLimitHeaders {
    /// Milliseconds until the next request may be sent, where nothing remains; nil where something does, or nothing that
    /// can be read was said. Where several limits are spent, the longest wait counts.
    package static func wait(_ headers: HTTPHeaders, now: UTCTime) -> Int64? {
        said(headers, now: now).filter { $0.remaining == 0 }.compactMap(\.resetMilliseconds).max()
    }

    /// Milliseconds until the first reset that is told, whatever remains: for an answer that says that there were too many.
    static func reset(_ headers: HTTPHeaders, now: UTCTime) -> Int64? {
        let all = said(headers, now: now)
        return (all.filter { $0.remaining == 0 }.compactMap(\.resetMilliseconds).max()) ?? all.compactMap(\.resetMilliseconds).first
    }

    private struct Limit {
        /// nil where it was not told, or negative, which some servers say for "no limit".
        var remaining: Double?
        var resetMilliseconds: Int64?
    }

    private static func said(_ headers: HTTPHeaders, now: UTCTime) -> [Limit] {
        let reference = headers["Date"].flatMap { HTTPDate.parse($0, now: now) } ?? now
        let pairs = ["RateLimit-", "X-RateLimit-", "X-Rate-Limit-"].map { prefix in
            Limit(
                remaining: headers[prefix + "Remaining"].flatMap { Double(decimal: $0) },
                resetMilliseconds: headers[prefix + "Reset"].flatMap { AskedWait.reset($0, reference: reference) })
        }
        return pairs + headers.all("RateLimit").flatMap { inOneField($0, reference: reference) }
    }

    /// Members are cut at commas and their parameters at semicolons. In the older form each member is itself one fact of a
    /// single limit; in the newer one each member is a limit of its own.
    private static func inOneField(_ text: String, reference: UTCTime) -> [Limit] {
        var older = Limit()
        var limits: [Limit] = []
        for member in text.split(separator: ",") {
            var limit = Limit()
            for (name, value) in facts(of: member) {
                switch name {
                case "remaining": older.remaining = Double(decimal: value)
                case "reset": older.resetMilliseconds = AskedWait.reset(value, reference: reference)
                case "r": limit.remaining = Double(decimal: value)
                case "t": limit.resetMilliseconds = AskedWait.reset(value, reference: reference)
                default: break
                }
            }
            limits.append(limit)
        }
        return limits + [older]
    }

    private static func facts(of member: Substring) -> [(name: String, value: String)] {
        member.split(separator: ";").compactMap { piece in
            let sides = piece.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else { return nil }
            return (sides[0].filter { $0 != " " && $0 != "\t" }.lowercased(), String(sides[1]))
        }
    }
}
