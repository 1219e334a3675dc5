/// A `.sha256` file as `sha256sum` writes it, in lines of 64 digits, two blanks and a path:
///
///     9d0c…  requests/jsonl/load_id=20261123T020000Z-7f3a9c/requests.v1.00000.jsonl
package struct ChecksumList: Sendable {
    /// By path.
    package private(set) var sums: [String: String] = [:]
    /// Lines that are none, or name a path once more; from 1.
    package private(set) var badLines: [Int] = []

    package init(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.dropLast().enumerated() where !take(line) { badLines.append(index + 1) }
        if lines.last?.isEmpty == false { badLines.append(lines.count) }
    }

    private mutating func take(_ line: Substring) -> Bool {
        let sum = line.prefix(64), path = String(line.dropFirst(66))
        let isSum = sum.utf8.count == 64 && sum.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || ($0 >= 97 && $0 <= 102) }
        guard isSum, line.dropFirst(64).hasPrefix("  "), sums[path] == nil else { return false }
        sums[path] = String(sum)
        return true
    }
}
