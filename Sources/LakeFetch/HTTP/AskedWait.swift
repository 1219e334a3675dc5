import LakeModel

/// How long a server asks its client to wait, by its headers.
///
/// `Retry-After` (RFC 9110, section 10.2.3) counts first: seconds, or a date. On 429, and only there, the reset of a
/// rate limit counts next (`RateLimitHeaders`). An absolute time is compared with the server's own `Date` where it sent
/// one, so that two clocks that disagree do no harm.
package enum AskedWait {
    /// Milliseconds from now, not below 0; nil where nothing was asked, or nothing that can be read.
    package static func milliseconds(status: Int, headers: HTTPHeaders, now: UTCTime) -> Int64? {
        let reference = headers["Date"].flatMap { HTTPDate.parse($0, now: now) } ?? now
        if let text = headers["Retry-After"], let wait = retryAfter(text, reference: reference) { return wait }
        guard status == 429 else { return nil }
        return RateLimitHeaders.reset(headers, now: now)
    }

    private static func retryAfter(_ text: String, reference: UTCTime) -> Int64? {
        if let seconds = Double(decimal: text) { return clamped(seconds * 1000) }
        return HTTPDate.parse(text, now: reference).map { max(0, $0.milliseconds - reference.milliseconds) }
    }

    /// A number of seconds from now, a moment in seconds or milliseconds since 1970, or a date.
    static func reset(_ text: String, reference: UTCTime) -> Int64? {
        guard let number = Double(decimal: text) else {
            return HTTPDate.parse(text, now: reference).map { max(0, $0.milliseconds - reference.milliseconds) }
        }
        switch number {
        case ..<leastEpochSeconds: return clamped(number * 1000)
        case ..<leastEpochMilliseconds: return clamped(number * 1000 - Double(reference.milliseconds))
        default: return clamped(number - Double(reference.milliseconds))
        }
    }

    /// 2001-09-09 as seconds since 1970; as a number of seconds to wait it would be 31 years.
    private static let leastEpochSeconds = 1e9
    /// 1973 as milliseconds since 1970; as seconds it would be the year 5138.
    private static let leastEpochMilliseconds = 1e11

    private static func clamped(_ milliseconds: Double) -> Int64 { Int64(max(0, min(milliseconds.rounded(.up), 9e15))) }
}

extension Double {
    /// Digits with at most one point between them, and blanks around; no sign, no exponent, no `inf`.
    init?(decimal text: String) {
        let word = text.split(separator: " ")
        guard word.count == 1, word[0].utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") }),
              let first = word[0].utf8.first, isDigit(first), let value = Double(word[0]) else { return nil }
        self = value
    }
}
