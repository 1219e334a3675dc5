import LakeModel

/// Numbers as the page shows them.
enum Figure {
    /// `1,234,567`
    static func number(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        let groups = stride(from: digits.count % 3 - 3, to: digits.count, by: 3).map { String(digits[max(0, $0)..<$0 + 3]) }.filter { !$0.isEmpty }
        return (value < 0 ? "−" : "") + groups.joined(separator: ",")
    }

    /// `1 row`, `5,000 rows`
    static func count(_ value: Int, _ noun: String) -> String { "\(number(value)) \(noun)\(value == 1 ? "" : "s")" }

    /// `17.1 MB`
    static func bytes(_ value: Int) -> String {
        let units = ["B", "KB", "MB", "GB", "TB", "PB"]
        var scaled = Double(value), unit = 0
        while scaled >= 999.5, unit < units.count - 1 { scaled /= 1000; unit += 1 }
        return unit == 0 || scaled >= 99.95 ? "\(Int(scaled.rounded())) \(units[unit])" : "\((scaled * 10).rounded() / 10) \(units[unit])"
    }

    /// `0.8 s`, `2 min 5 s`, `3 h 12 min`
    static func duration(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        if seconds < 60 { return "\(seconds).\(milliseconds % 1000 / 100) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(number(Int(seconds / 3600))) h \(seconds / 60 % 60) min"
    }

    /// `just now`, `3 h ago`, `12 days ago`; nil for what is not past.
    static func age(_ milliseconds: Int64) -> String? {
        if milliseconds < 0 { return nil }
        let minutes = milliseconds / 60_000
        if minutes < 1 { return "just now" }
        if minutes < 60 { return "\(minutes) min ago" }
        if minutes < 48 * 60 { return "\(minutes / 60) h ago" }
        return "\(number(Int(minutes / 1440))) days ago"
    }

    /// `2026-11-23 02:00`, in UTC.
    static func moment(_ time: UTCTime) -> String { String(time.iso.prefix(16)).split(separator: "T").joined(separator: " ") }

    /// `2026-11-23`
    static func day(_ time: UTCTime) -> String { String(time.iso.prefix(10)) }

    /// `12 %`, never 0 or 100 where it is not quite that.
    static func percent(_ share: Double) -> String {
        switch share {
        case 0: "0 %"
        case 1: "100 %"
        case ..<0.01: "< 1 %"
        case 0.99...: "> 99 %"
        default: "\(Int((share * 100).rounded())) %"
        }
    }

    /// The beginning of a text, and how long all of it is where there is more.
    static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit, let end = text.index(text.startIndex, offsetBy: limit, limitedBy: text.endIndex), end < text.endIndex else {
            return text
        }
        return "\(text[..<end])… (\(number(text.count)) characters)"
    }
}
