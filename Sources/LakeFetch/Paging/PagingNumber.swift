/// Reads numbers of pages, places and totals. Nothing that is counted is larger than this, and what is smaller can be
/// added and multiplied by a page's length without a thought: a server may write any number.
enum PagingNumber {
    static let largest = 1 << 53

    static func read(_ text: some StringProtocol) -> Int? {
        Int(text).flatMap { $0.magnitude <= UInt(largest) ? $0 : nil }
    }
}
