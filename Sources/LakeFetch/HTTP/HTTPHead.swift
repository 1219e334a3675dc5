/// The status line and header fields of a response, read from the bytes that came.
///
/// Lenient where servers are sloppy and the meaning is plain: no blank behind the colon, no reason phrase, a bare line
/// feed at the end of a line, folded lines, bytes beyond ASCII. A line without a colon is passed over.
struct HTTPHead: Hashable, Sendable {
    var status: Int
    var headers: HTTPHeaders

    /// - Parameter bytes: one whole head, or several: interim answers (1xx) precede the one that counts.
    /// - Returns: nil where there is no status line.
    init?(_ bytes: [UInt8]) {
        var head: HTTPHead?
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if let status = HTTPHead.status(of: text) {
                head = HTTPHead(status: status)
            } else {
                head?.take(text)
            }
        }
        guard let head else { return nil }
        self = head
    }

    private init(status: Int) {
        self.status = status
        self.headers = HTTPHeaders()
    }

    private mutating func take(_ line: ArraySlice<UInt8>) {
        guard let first = line.first else { return }
        if isBlank(first) { return headers.extendLast(HTTPHead.text(line)) }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else { return }
        headers.append(HTTPHead.text(line[..<colon]), HTTPHead.text(line[(colon + 1)...]))
    }

    /// `HTTP/1.1 200 OK`, `HTTP/2 200`, `HTTP/1.1 200`.
    private static func status(of line: ArraySlice<UInt8>) -> Int? {
        guard line.starts(with: "HTTP/".utf8) else { return nil }
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard words.count >= 2, words[1].count == 3, words[1].allSatisfy(isDigit) else { return nil }
        return words[1].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Without the blanks around it; as UTF-8 where it is that, else as Latin-1, which every sequence of bytes is.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        var rest = bytes.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return String(validating: rest, as: UTF8.self) ?? String(String.UnicodeScalarView(rest.map { Unicode.Scalar($0) }))
    }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
