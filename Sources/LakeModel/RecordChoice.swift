/// Which records of a page go on to be written. Indices count from 0, in the order of the page.
package enum RecordChoice: Hashable, Sendable {
    case all
    case none
    /// Ascending, each once.
    case only([Int])

    /// How many that are of a page with `count` records.
    package func count(of count: Int) -> Int {
        switch self {
        case .all: count
        case .none: 0
        case .only(let indices): indices.count
        }
    }
}
