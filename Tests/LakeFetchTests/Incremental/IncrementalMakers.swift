import LakeFetch
import LakeJSON
import LakeModel
import LakeSource

/// A generator whose numbers are the same in every run.
struct SieveRandom: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ n: Int) -> Int { Int(next() % UInt64(n)) }
}

func makeCursor(
    _ path: String = "at", initial: JSONValue? = nil, end: JSONValue? = nil, function: Incremental.LastValueFunction = .max, lag: Double? = nil,
    order: Incremental.RowOrder? = nil, format: Incremental.CursorFormat? = nil, missing: Incremental.MissingCursorAction = .raise,
    startIsClosed: Bool = true, endIsClosed: Bool = false
) -> Incremental {
    guard let path = try? Selector(parsing: path) else { preconditionFailure("no selector: \(path)") }
    return Incremental(
        cursorPath: path, initialValue: initial, endValue: end, lastValueFunction: function, lag: lag, rowOrder: order, format: format,
        onMissing: missing, startIsClosed: startIsClosed, endIsClosed: endIsClosed)
}

func makeFilter(_ path: String, _ operation: RecordFilter.Operation, _ value: JSONValue) -> RecordFilter {
    guard let path = try? Selector(parsing: path) else { preconditionFailure("no selector: \(path)") }
    return RecordFilter(path: path, operation: operation, value: value)
}

func sievedResource(_ incremental: Incremental?, _ filters: [RecordFilter] = [], hasParent: Bool = false) -> Resource {
    let parent = hasParent ? ParentBinding(resource: "parents", fields: []) : nil
    return Resource(
        name: "things", request: RequestTemplate(path: Template("things")), parent: parent, incremental: incremental, filters: filters)
}

/// A load of one resource through a sieve: its pages are lists of records, as JSON texts.
final class SievedLoad {
    let sieve: RecordSieve
    var kept: [String] = []
    var filtered = 0
    var duplicates = 0
    /// By page.
    var ends: [Bool] = []
    private var pages = 0

    init(
        _ incremental: Incremental?, _ filters: [RecordFilter] = [], state: JSONValue? = nil, from: JSONValue? = nil, to: JSONValue? = nil,
        hasParent: Bool = false
    ) throws {
        guard let sieve = try RecordSieve(
            resource: sievedResource(incremental, filters, hasParent: hasParent), state: state, from: from, to: to)
        else { throw NoSieve() }
        self.sieve = sieve
    }

    struct NoSieve: Error {}

    @discardableResult
    func take(_ records: [String], choice: RecordChoice = .all, parent: UInt64 = 0) throws -> Sifted {
        pages += 1
        let page = PageBytes("[" + records.joined(separator: " ,") + "]")
        let tape = try tape(page)
        let sifted = try sieve.sift(page, tape, .array(token: 0, count: records.count), choice, parent: parent, number: pages)
        switch sifted.choice {
        case .all: kept += records
        case .none: break
        case .only(let indices): kept += indices.map { records[$0] }
        }
        filtered += sifted.filtered
        duplicates += sifted.duplicates
        ends.append(sifted.endsWalk)
        return sifted.withoutPlaces
    }

    var state: JSONValue? { sieve.nextState }
    var lastValue: JSONValue? { state?["last_value"] }
    var ties: Int { state?["ties"]?.array?.count ?? 0 }
}

/// Runs a load over pages of records, each made of its value's JSON text: `{"id":0,"at":…}` and so on.
func sieved(_ incremental: Incremental, _ values: [String], state: JSONValue? = nil, from: JSONValue? = nil, to: JSONValue? = nil) throws -> SievedLoad {
    let load = try SievedLoad(incremental, state: state, from: from, to: to)
    try load.take(values.enumerated().map { #"{"id":\#($0),"at":\#($1)}"# })
    return load
}

/// The values of the records that went on.
func keptValues(_ load: SievedLoad) throws -> [String] {
    try load.kept.map { try JSONValue(parsing: $0)["at"]?.text(pretty: false) ?? "-" }
}

extension Sifted {
    /// For comparing what went on and how much did not. The places of the latter must be as many.
    var withoutPlaces: Sifted {
        precondition(leftOut.count == filtered + duplicates && leftOut == leftOut.sorted(), "a place for each record left out")
        var plain = self
        plain.leftOut = []
        return plain
    }
}
