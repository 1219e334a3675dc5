/// The name of one load: UTC start time in ISO basic form, a hyphen, six hexadecimal digits.
///
/// `20261123T020000Z-7f3a9c`. It contains letters (Spark reads plain numbers and dates as other types), sorts as text,
/// and is always greater than every committed one.
package struct LoadID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String
    package let time: UTCTime
    package var description: String { text }
    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }

    /// Reads a load id; nil where the text has another form.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let time = UTCTime(basic: parts[0]), parts[1].utf8.count == 6,
              parts[1].utf8.allSatisfy({ ($0 >= 48 && $0 <= 57) || ($0 >= 97 && $0 <= 102) }) else { return nil }
        self.text = text
        self.time = time
    }

    /// The id of a load that starts now: the later of `now` and a second past the newest committed load, so that a
    /// clock that jumps back cannot make new rows look old.
    /// - Parameter random: its lowest 24 bits become the six digits.
    /// - Returns: nil where that lies outside the years 0 to 9999.
    package static func next(now: UTCTime, newest: LoadID?, random: UInt32) -> LoadID? {
        var start = now.milliseconds / 1000
        if let newest { start = max(start, newest.time.milliseconds / 1000 + 1) }
        let digits = String(random & 0xff_ffff, radix: 16)
        return LoadID(UTCTime(seconds: start).basic + "-" + String(repeating: "0", count: 6 - digits.utf8.count) + digits)
    }
}
