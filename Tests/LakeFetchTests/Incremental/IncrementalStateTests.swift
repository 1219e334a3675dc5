import LakeFetch
import LakeJSON
import LakeSource
import Testing

@Suite("State of an incremental cursor")
struct IncrementalStateTests {
    static let whole: JSONValue = [
        "cursor_path": "at", "last_value": "2026-11-23T02:00:00Z", "kind": "timestamp", "ties": ["00000000000000ff", "5f0e2b7c91d3a846"],
    ]

    @Test("what is written is read back") func roundTrip() throws {
        let state = try IncrementalState(json: Self.whole)
        #expect(state.json == Self.whole)
        #expect(state.ties == [255, 0x5f0e_2b7c_91d3_a846])
        #expect(state.description == "at = 2026-11-23T02:00:00Z (timestamp), 2 records at it remembered")
        let number = IncrementalState(cursorPath: nil, lastValue: try #require(CursorValue(number: "1.50")), ties: [9])
        #expect(number.json == ["last_value": .number("1.50"), "kind": "number", "ties": ["0000000000000009"]])
        #expect(try IncrementalState(json: number.json) == number)
        #expect(number.description == "1.50 (number), 1 record at it remembered")
    }

    @Test("a state that a person set is a last value alone") func lastValueAlone() throws {
        let state = try IncrementalState(json: ["last_value": "2026-11-23"])
        #expect(state == IncrementalState(cursorPath: nil, lastValue: CursorValue(text: "2026-11-23")))
        #expect(try keptValues(try sieved(makeCursor(), ["1", "2", "3"], state: ["last_value": 2])) == ["2", "3"])
    }

    @Test("a damaged state is refused with the key at which it is damaged", arguments: [
        ("last_value", .null), ("last_value", nil), ("last_value", true), ("kind", "date"), ("kind", .null), ("ties", .null), ("ties", ["xx"]),
        ("ties", ["5f0e2b7c91d3a84"]), ("ties", [7]), ("cursor_path", 7),
    ] as [(String, JSONValue?)])
    func damaged(_ key: String, _ value: JSONValue?) {
        var json = Self.whole
        json[key] = value
        #expect(throws: IncrementalFault.badState(key: key)) { try IncrementalState(json: json) }
        #expect(throws: IncrementalFault.badState(key: key)) { try SievedLoad(makeCursor(), state: json) }
    }

    @Test("a state that remembers more records than any load does is refused") func tooManyTies() {
        damaged("ties", .array(Array(repeating: "5f0e2b7c91d3a846", count: 10_001)))
    }

    @Test("a value that a person sets has the kind of the values before, or of the initial value", arguments: [
        ("2026-01-01", "2026-11-23T02:00:00Z", nil, "2026-01-01"), ("5", 7, nil, 5), ("5", "a7", nil, "5"), ("1e3", nil, nil, .number("1e3")),
        (#""5""#, nil, nil, "5"), ("2026-01-01", nil, "2020-01-01T00:00:00Z", "2026-01-01"), ("5", nil, 3, 5), ("b", nil, nil, "b"),
    ] as [(String, JSONValue?, JSONValue?, JSONValue)])
    func typed(_ text: String, _ before: JSONValue?, _ initial: JSONValue?, _ value: JSONValue) throws {
        let state = try IncrementalState(settingTo: text, cursor: makeCursor("$.at", initial: initial), before: try self.state(before))
        #expect(state.lastValue.json == value)
        #expect(state.ties.isEmpty && state.cursorPath == "$.at")
    }

    @Test("a value of another kind is refused", arguments: [
        ("yesterday", "2026-11-23T02:00:00Z", .badTypedValue(expected: .timestamp, found: .text)), ("x", 7, .badTypedValue(expected: .number, found: .text)),
        (#""5""#, 7, .badTypedValue(expected: .number, found: .text)), ("5", "2026-11-23", .badTypedValue(expected: .date, found: .text)),
        ("", 7, .badValue(.typed)), ("1e9999999999999999999", 7, .badValue(.typed)),
    ] as [(String, JSONValue, IncrementalFault)])
    func refused(_ text: String, _ before: JSONValue, _ fault: IncrementalFault) throws {
        let before = try self.state(before)
        #expect(throws: fault) { try IncrementalState(settingTo: text, cursor: makeCursor(), before: before) }
    }

    @Test("after a state was set, the records at its value come again") func setAgain() throws {
        let first = try sieved(makeCursor(), ["1", "2", "2"])
        let state = try IncrementalState(settingTo: "2", cursor: makeCursor(), before: try IncrementalState(json: try #require(first.state)))
        let second = try sieved(makeCursor(), ["1", "2", "2"], state: state.json)
        #expect(try keptValues(second) == ["2", "2"])
        #expect(second.duplicates == 0 && second.filtered == 1)
    }

    @Test("the state of another cursor path is not used, and said so; two spellings of one path are one") func otherPath() throws {
        let state: JSONValue = ["cursor_path": "created", "last_value": 5, "kind": "number", "ties": []]
        let other = try sieved(makeCursor("at", initial: 1), ["1", "9"], state: state)
        #expect(try keptValues(other) == ["1", "9"])
        #expect(other.sieve.findings == [.stateOfOtherCursor(path: "created")])
        #expect(other.sieve.requestValues[.startValue] == 1)
        #expect(other.state?["cursor_path"] == "at")
        var same = state
        same["cursor_path"] = "$.at"
        #expect(try keptValues(try sieved(makeCursor("$['at']"), ["1", "9"], state: same)) == ["9"])
        same["cursor_path"] = nil
        #expect(try keptValues(try sieved(makeCursor(), ["1", "9"], state: same)) == ["9"])
    }

    private func state(_ last: JSONValue?) throws -> IncrementalState? {
        try last.map { IncrementalState(cursorPath: "at", lastValue: try #require(CursorValue($0))) }
    }
}
