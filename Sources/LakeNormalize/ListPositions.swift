/// Where elements stood in their lists before others were left out of these, so that `_list_index` stays that of the
/// source. Only the first element behind each gap is noted; those that follow it are counted on.
///
///     {"t":["a","b","c","d"]}  →  {"t":["a","c","d"]}      the token of "c": 2
package struct ListPositions {
    package struct Entry: BitwiseCopyable {
        package var token: UInt32
        package var position: UInt32
    }

    /// By token, ascending.
    package private(set) var entries: [Entry] = []

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    /// - Parameter token: of an element; larger than all before.
    mutating func add(_ token: Int, _ position: Int) { entries.append(Entry(token: UInt32(token), position: UInt32(position))) }

    /// The place among the entries of the first one from this token on.
    func first(from token: Int) -> Int {
        var low = 0, high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if Int(entries[middle].token) < token { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
