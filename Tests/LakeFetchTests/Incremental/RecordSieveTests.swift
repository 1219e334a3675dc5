import LakeFetch
import LakeJSON
import LakeModel
import LakeSource
import Testing

@Suite("Records sieved by an incremental cursor")
struct RecordSieveTests {
    struct Range: Sendable {
        var cursor: Incremental, state: JSONValue?, from: JSONValue?, to: JSONValue?, kept: [String], last: JSONValue?
        init(_ cursor: Incremental, state: Int? = nil, from: JSONValue? = nil, to: JSONValue? = nil, _ kept: [String], last: JSONValue?) {
            (self.cursor, self.from, self.to, self.kept, self.last) = (cursor, from, to, kept, last)
            self.state = state.map { ["last_value": .int($0), "kind": "number", "ties": []] }
        }
    }

    @Test("records of the range go on, and the last value is that of the last of them", arguments: [
        Range(makeCursor(), ["3", "1", "5", "4", "2"], last: 5), Range(makeCursor(initial: 3), ["3", "5", "4"], last: 5),
        Range(makeCursor(initial: 3, startIsClosed: false), ["5", "4"], last: 5), Range(makeCursor(initial: 1), state: 4, ["5", "4"], last: 5),
        Range(makeCursor(), state: 7, [], last: 7), Range(makeCursor(initial: 9), [], last: nil),
        Range(makeCursor(lag: 2), state: 5, ["3", "5", "4"], last: 5), Range(makeCursor(initial: 4, lag: 4), state: 5, ["5", "4"], last: 5),
        Range(makeCursor(initial: 6, lag: 4), state: 5, ["5"], last: 5),
        Range(makeCursor(function: .min), ["3", "1", "5", "4", "2"], last: 1), Range(makeCursor(initial: 3, function: .min), ["3", "1", "2"], last: 1),
        Range(makeCursor(function: .min, lag: 1), state: 2, ["3", "1", "2"], last: 1), Range(makeCursor(initial: 3, function: .min, startIsClosed: false), ["1", "2"], last: 1),
        // Backfills neither use the state nor move it.
        Range(makeCursor(end: 4), ["3", "1", "2"], last: nil), Range(makeCursor(end: 4, endIsClosed: true), ["3", "1", "4", "2"], last: nil),
        Range(makeCursor(initial: 2, end: 4), state: 3, ["3", "2"], last: nil), Range(makeCursor(initial: 4), state: 5, from: 2, ["3", "5", "4", "2"], last: nil),
        Range(makeCursor(initial: 2), state: 5, to: 4, ["3", "2"], last: nil), Range(makeCursor(initial: 4, end: 3, endIsClosed: true), from: 1, to: 2, ["1", "2"], last: nil),
        Range(makeCursor(end: 2, function: .min), ["3", "5", "4"], last: nil), Range(makeCursor(lag: 2), state: 1, from: 4, ["5", "4"], last: nil),
        Range(makeCursor(), state: 4, from: .null, to: .null, ["5", "4"], last: 5),
    ])
    func ranges(_ range: Range) throws {
        let load = try sieved(range.cursor, ["3", "1", "5", "4", "2"], state: range.state, from: range.from, to: range.to)
        #expect(try keptValues(load) == range.kept)
        #expect(load.lastValue == range.last)
        #expect(load.filtered == 5 - range.kept.count && load.duplicates == 0)
    }

    @Test("requests get the values of the run", arguments: [
        (makeCursor(), nil, nil, nil, [:]), (makeCursor(initial: 3), nil, nil, nil, [.startValue: 3, .initialValue: 3, .lastValue: 3]),
        (makeCursor(initial: 1, lag: 2), 7, nil, nil, [.startValue: 5, .initialValue: 1, .lastValue: 7]), (makeCursor(), 7, nil, nil, [.startValue: 7, .lastValue: 7]),
        (makeCursor(initial: 1, end: 9, lag: 2), 7, nil, nil, [.startValue: 1, .initialValue: 1, .lastValue: 1, .endValue: 9]),
        (makeCursor(initial: 1, end: 9), 7, 2, 8, [.startValue: 2, .initialValue: 2, .lastValue: 2, .endValue: 8]),
        (makeCursor(), 7, nil, 8, [.endValue: 8]),
    ] as [(Incremental, Int?, JSONValue?, JSONValue?, [IncrementalValue: JSONValue])])
    func requestValues(_ cursor: Incremental, _ last: Int?, _ from: JSONValue?, _ to: JSONValue?, _ values: [IncrementalValue: JSONValue]) throws {
        let state = last.map { ["last_value": .int($0), "kind": "number", "ties": []] as JSONValue }
        #expect(try SievedLoad(cursor, state: state, from: from, to: to).sieve.requestValues == values)
    }

    @Test("of the records at the last value those that came before are duplicates; changed and new ones go on")
    func boundary() throws {
        let first = try SievedLoad(makeCursor())
        try first.take([#"{"id":1,"at":"2026-11-23T01:00:00Z"}"#, #"{"id":2,"at":"2026-11-23T02:00:00Z"}"#, #"{"id":3,"at":"2026-11-23T03:00:00+01:00"}"#])
        #expect(first.ties == 2 && first.lastValue == "2026-11-23T02:00:00Z")
        let second = try SievedLoad(makeCursor(), state: first.state)
        let sifted = try second.take([
            #"{"id":2,"at":"2026-11-23T02:00:00Z"}"#, #"{"id":3,"at":"2026-11-23T03:00:00+01:00","changed":true}"#, #"{"id":4,"at":"2026-11-23T02:00:00Z"}"#,
        ])
        #expect(sifted == Sifted(choice: .only([1, 2]), duplicates: 1))
        #expect(second.ties == 3 && second.lastValue == "2026-11-23T02:00:00Z")
        // What it was at first is no duplicate any more.
        let third = try SievedLoad(makeCursor(), state: second.state)
        #expect(try third.take([#"{"id":3,"at":"2026-11-23T03:00:00+01:00"}"#]).choice == .all)
    }

    @Test("a load that sees nothing at the last value keeps the records remembered there") func unseen() throws {
        let first = try sieved(makeCursor(), ["1", "2", "2"])
        let second = try sieved(makeCursor(), [], state: first.state)
        #expect(second.state == first.state && second.ties == 2)
        let third = try SievedLoad(makeCursor(), [makeFilter("id", .gt, 9)], state: second.state)
        try third.take([#"{"id":7,"at":2}"#])
        #expect(third.state == first.state && third.filtered == 1)
    }

    @Test("with a lag the records of the lag go on again, those at the last value do not") func lagAndTies() throws {
        let first = try sieved(makeCursor(lag: 2), ["1", "3", "4", "5"])
        let second = try sieved(makeCursor(lag: 2), ["1", "3", "4", "5", "6"], state: first.state)
        #expect(try keptValues(second) == ["3", "4", "6"])
        #expect(second.duplicates == 1 && second.filtered == 1)
    }

    @Test("a record that a filter leaves out moves the last value, but is not remembered") func filterMoves() throws {
        let records = [#"{"at":1,"s":"OPEN"}"#, #"{"at":2,"s":"CLOSED"}"#]
        let first = try SievedLoad(makeCursor(), [makeFilter("s", .eq, "OPEN")])
        #expect(try first.take(records) == Sifted(choice: .only([0]), filtered: 1))
        #expect(first.lastValue == 2 && first.ties == 0)
        let second = try SievedLoad(makeCursor(), state: first.state)
        #expect(try second.take(records).choice == .only([1]))
    }

    @Test("records that are not of the walk move nothing") func notChosen() throws {
        let load = try SievedLoad(makeCursor(order: .asc))
        #expect(try load.take([#"{"at":5}"#, #"{"at":1}"#, #"{"x":1}"#, #"{"at":"x"}"#], choice: .only([1])) == Sifted(choice: .only([1])))
        #expect(load.lastValue == 1 && load.sieve.heldOrder)
    }

    // MARK: Missing and mixed values

    @Test("a missing value is a fault that names the place and its keys", arguments: [
        ("meta.at", #"{"id":1,"meta":{"a":1,"b\u001b":2}}"#, "meta", ["a", "b\u{1b}"]), ("meta.at", #"{"id":1,"meta":{"at":null}}"#, "meta", ["at"]),
        ("meta.at", #"{"id":1}"#, "$", ["id"]), ("at", "7", "$", []), ("l[3].at", #"{"l":[{"at":1}]}"#, "l", []),
    ])
    func missing(_ path: String, _ record: String, _ place: String, _ keys: [String]) throws {
        let load = try SievedLoad(makeCursor(path, missing: .raise))
        let fault = IncrementalFault.missing(path: path, record: 2, place: place, keysSeen: keys)
        #expect(throws: fault) { try load.take([#"{"meta":{"at":1},"at":1,"l":[0,0,0,{"at":1}]}"#, record]) }
    }

    @Test("a missing value is included or excluded as declared, and moves nothing") func missingDeclared() throws {
        let records = [#"{"at":1}"#, #"{"id":1}"#, #"{"at":null}"#, "null"]
        let included = try SievedLoad(makeCursor(initial: 1, missing: .include))
        #expect(try included.take(records) == Sifted(choice: .all))
        let excluded = try SievedLoad(makeCursor(initial: 1, missing: .exclude))
        #expect(try excluded.take(records) == Sifted(choice: .only([0, 3]), filtered: 2))
        #expect(included.lastValue == 1 && excluded.lastValue == 1 && included.ties == 1)
        // A record that a filter leaves out needs no value.
        let filtered = try SievedLoad(makeCursor(missing: .raise), [makeFilter("at", .ne, .null), makeFilter("at", .exists, true)])
        #expect(try filtered.take(records) == Sifted(choice: .only([0, 3]), filtered: 2))
    }

    @Test("values that have no order are faults", arguments: [("{}", "an object"), ("[]", "a list"), ("true", "true"), ("1e9999999999999999", "a number that is out of all bounds")])
    func notOrdered(_ value: String, _ found: String) {
        #expect(throws: IncrementalFault.notOrdered(path: "at", record: 2, found: found)) { try sieved(makeCursor(), ["1", value]) }
    }

    struct Mixed: Sendable {
        var cursor = makeCursor(), values: [String] = [], state: JSONValue?, from: JSONValue?, to: JSONValue?
        var known: CursorValue.Kind, knownFrom: IncrementalFault.Origin, found: CursorValue.Kind, at: IncrementalFault.Origin
    }

    @Test("values of different kinds are a fault that names both", arguments: [
        Mixed(values: ["1", #""x""#], known: .number, knownFrom: .record(1), found: .text, at: .record(2)),
        Mixed(values: [#""2026-11-23T02:00:00Z""#, #""2026-11-23""#, #""soon""#], known: .timestamp, knownFrom: .record(1), found: .text, at: .record(3)),
        Mixed(values: ["1"], state: ["last_value": "2026-11-23", "kind": "date", "ties": []], known: .date, knownFrom: .state, found: .number, at: .record(1)),
        Mixed(cursor: makeCursor(initial: 5), values: [#""5""#], known: .number, knownFrom: .initialValue, found: .text, at: .record(1)),
        Mixed(cursor: makeCursor(initial: 5), state: ["last_value": "a", "kind": "text", "ties": []], known: .text, knownFrom: .state, found: .number, at: .initialValue),
        Mixed(cursor: makeCursor(initial: 5, end: "x"), known: .number, knownFrom: .initialValue, found: .text, at: .endValue),
        Mixed(from: "2026-11-23", to: 5, known: .date, knownFrom: .from, found: .number, at: .to),
        Mixed(values: ["5"], to: "2026-11-23", known: .date, knownFrom: .to, found: .number, at: .record(1)),
    ])
    func mixed(_ mixed: Mixed) {
        let fault = IncrementalFault.mixedKinds(path: "at", known: mixed.known, knownFrom: mixed.knownFrom, found: mixed.found, at: mixed.at)
        #expect(throws: fault) { try sieved(mixed.cursor, mixed.values, state: mixed.state, from: mixed.from, to: mixed.to) }
    }

    @Test("values in the definition that are no texts or numbers, and ranges without content, are faults", arguments: [
        (makeCursor(initial: true), nil, nil, .badValue(.initialValue)), (makeCursor(end: [1]), nil, nil, .badValue(.endValue)), (makeCursor(), ["a": 1], nil, .badValue(.from)),
        (makeCursor(), nil, false, .badValue(.to)), (makeCursor(initial: 5, end: 5), nil, nil, .emptyRange(start: .initialValue, end: .endValue)),
        (makeCursor(initial: 5, end: 5, startIsClosed: false, endIsClosed: true), nil, nil, .emptyRange(start: .initialValue, end: .endValue)),
        (makeCursor(), "2026-11-23", "2026-11-22T23:59:59Z", .emptyRange(start: .from, end: .to)),
        (makeCursor(initial: 1, end: 5, function: .min), nil, nil, .emptyRange(start: .initialValue, end: .endValue)),
    ] as [(Incremental, JSONValue?, JSONValue?, IncrementalFault)])
    func badValues(_ cursor: Incremental, _ from: JSONValue?, _ to: JSONValue?, _ fault: IncrementalFault) {
        #expect(throws: fault) { try SievedLoad(cursor, from: from, to: to) }
    }
}
