import Glibc
import LakeFetch
import LakeJSON
import LakeModel
import LakeThreads

/// stdout is data and results, stderr is progress and log.
enum Terminal {
    static func out(_ text: String) { write(text + "\n", to: 1) }
    static func error(_ text: String) { write((Log.isJSON ? Log.line(text).text(pretty: false) : text) + "\n", to: 2) }

    /// Set when stdout refused something, as a full disk does; a reader that has gone away is no failure.
    static let outFailed = Monitor(false)

    static var errorIsTerminal: Bool { isatty(2) == 1 }
    /// Whether stderr is a terminal on which lines can be drawn over.
    static var errorIsSteered: Bool { errorIsTerminal && setEnvironment("TERM") != "dumb" }
    static var outIsTerminal: Bool { isatty(1) == 1 }

    /// Columns of the terminal behind stderr.
    static var width: Int { width(2) ?? 80 }

    /// Columns of the terminal behind stdout, else behind stderr: stdout may go through a pager.
    static var outWidth: Int { width(1) ?? width }

    /// Lines of the terminal behind stderr.
    static var height: Int { size(2).map { Int($0.ws_row) }.flatMap { $0 > 0 ? $0 : nil } ?? 24 }

    private static func width(_ file: Int32) -> Int? { size(file).map { Int($0.ws_col) }.flatMap { $0 > 0 ? $0 : nil } }

    /// Looked at each time: a window is resized while a run goes on.
    private static func size(_ file: Int32) -> winsize? {
        var size = winsize()
        return ioctl(file, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
    }

    /// A variable that is set to something.
    static func setEnvironment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// All variables. One that is not `NAME=VALUE` is left out.
    static var environment: [String: String] {
        var all: [String: String] = [:]
        var place = environ
        while let text = place.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { all[String(parts[0])] = String(parts[1]) }
            place += 1
        }
        return all
    }

    /// Opens what the caller has closed of stdin, stdout and stderr: the next file to be opened would get its number,
    /// and what is said would go into it.
    static func holdStandardFiles() {
        while case let file = open("/dev/null", O_RDWR), file >= 0 {
            if file > 2 {
                close(file)
                return
            }
        }
    }

    static func write(_ text: String, to file: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let n = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if n < 0, errno == EINTR { continue }
            if n < 0, errno == EAGAIN {  // Somebody has made the pipe a non-blocking one: wait for room.
                var pipe = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                poll(&pipe, 1, -1)
                continue
            }
            guard n > 0 else {
                if n < 0, errno != EPIPE, file == 1 { outFailed.change { $0 = true } }
                return  // Nobody reads any more.
            }
            bytes = bytes.dropFirst(n)
        }
    }

    /// Colour where a person sees it, on a terminal that has some, and has not asked for none.
    private static func hasColour(_ file: Int32) -> Bool { isatty(file) == 1 && setEnvironment("NO_COLOR") == nil && setEnvironment("TERM") != "dumb" }

    static func bold(_ text: String) -> String { hasColour(1) ? "\u{1b}[1m\(text)\u{1b}[0m" : text }

    /// Green, yellow or red. The word says the same.
    static func coloured(_ outcome: ResourceOutcome, on file: Int32) -> String {
        guard hasColour(file) else { return outcome.rawValue }
        let colour = switch outcome {
        case .complete: 32
        case .partial: 33
        case .failed: 31
        }
        return "\u{1b}[\(colour)m\(outcome.rawValue)\u{1b}[0m"
    }

    /// Lines broken to the width of the terminal, where there is one.
    static func help(_ text: String) {
        guard let width = width(1), outIsTerminal else { return out(text) }
        out(Human.joined(text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)).map { Human.wrapped($0, width) }.joined(separator: "\n"))
    }
}

extension String {
    func padded(_ width: Int) -> String { count >= width ? self : self + String(repeating: " ", count: width - count) }
    func padded(left width: Int) -> String { count >= width ? self : String(repeating: " ", count: width - count) + self }
}

/// Aligned columns.
struct TextTable {
    var head: [String]
    /// Columns that stand to the right.
    var right: Set<Int> = []
    var rows: [[String]] = []

    var text: String {
        let all = [head] + rows
        let widths = head.indices.map { c in all.map { $0[c].count }.max() ?? 0 }
        let lines = all.map { row in
            var line = row.indices.map { right.contains($0) ? row[$0].padded(left: widths[$0]) : row[$0].padded(widths[$0]) }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
        return ([Terminal.bold(lines[0])] + lines.dropFirst()).joined(separator: "\n")
    }
}

enum Human {
    /// `1,234,567`
    static func number(_ value: Int) -> String {
        var text = ""
        for (i, digit) in String(value.magnitude).reversed().enumerated() {
            if i > 0, i % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (value < 0 ? "-" : "") + String(text.reversed())
    }

    /// `17.1 MB`
    static func bytes(_ value: Int) -> String {
        let units = ["B", "KB", "MB", "GB", "TB"]
        var scaled = Double(value), unit = 0
        while scaled >= 1000, unit < units.count - 1 { scaled /= 1000; unit += 1 }
        if unit == 0 { return "\(value) B" }
        let tenths = Int((scaled * 10).rounded())
        return tenths >= 1000 ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }

    /// `0.8 s`, `2 min 05 s`, `3 h 02 min`
    static func duration(_ milliseconds: Int64) -> String {
        if milliseconds < 60_000 { return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s" }
        let seconds = milliseconds / 1000, minutes = seconds / 60
        if minutes >= 60 { return "\(minutes / 60) h \(minutes % 60 < 10 ? "0" : "")\(minutes % 60) min" }
        return "\(seconds / 60) min \(seconds % 60 < 10 ? "0" : "")\(seconds % 60) s"
    }

    /// `6 hours`, `90 minutes`, `1 day`: whole units of a time that a person gave.
    static func span(_ milliseconds: Int64) -> String {
        let units: [(Int64, String)] = [(86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1000, "second")]
        let unit = units.first { milliseconds >= $0.0 && milliseconds % $0.0 == 0 } ?? (1, "millisecond")
        return count(Int(milliseconds / unit.0), unit.1)
    }

    /// Lines that were broken near their end, whole again: sentences, and what stands in a last column.
    static func joined(_ lines: [String]) -> [String] {
        lines.reduce(into: []) { all, line in
            let indent = line.prefix { $0 == " " }.count
            let isSentence = { (line: String) in line.first != " " && !line.contains("  ") }
            if let last = all.last, last.count > 90, !line.isEmpty, indent > 8 || (isSentence(line) && isSentence(last)) {
                all[all.count - 1] = last + " " + line.dropFirst(indent)
            } else {
                all.append(line)
            }
        }
    }

    /// A line of a help, broken between words; what follows stands below the last column that the line has.
    static func wrapped(_ line: String, _ width: Int) -> String {
        guard line.count > width else { return line }
        let letters = Array(line)
        var column = letters.prefix { $0 == " " }.count
        for i in letters.indices.dropFirst(2) where letters[i] != " " && letters[i - 1] == " " && letters[i - 2] == " " && i <= width / 2 { column = i }
        var lines: [String] = [], rest = letters[...]
        while rest.count > width, let cut = rest.indices.dropFirst(column + 1).prefix(width - column).last(where: { rest[$0] == " " }) {
            lines.append(String(rest[..<cut]))
            rest = (Array(repeating: " ", count: column) + rest[cut...].drop { $0 == " " })[...]
        }
        return (lines + [String(rest)]).joined(separator: "\n")
    }

    /// A word of a command as a shell takes it.
    static func shellWord(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { ($0 | 32 >= 97 && $0 | 32 <= 122) || ($0 >= 48 && $0 <= 57) || "_-./=+:,@%".utf8.contains($0) }
        return isPlain && !text.isEmpty ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    static func count(_ number: Int, _ noun: String) -> String { "\(Human.number(number)) \(noun)\(number == 1 ? "" : "s")" }

    /// A server's or a file's text for a terminal: control characters cannot steer it.
    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            if scalar.value < 32 || (scalar.value >= 127 && scalar.value < 160) {
                out += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
