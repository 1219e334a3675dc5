import LakeFetch
import LakeJSON
import LakeModel
import LakeSource
import Testing

@Suite("Filters of records")
struct RecordFilterTests {
    static let record = #"""
        {"n":10,"x":1.50,"s":"OPEN","t":"2026-11-23T02:00:00+02:00","d":"2026-11-23","none":null,"yes":true,"o":{"k":1},"l":[1,2],
         "tags":[{"name":"vip"},{"name":"new"}],"empty":[],"big":9007199254740993,"twice":1,"twice":2,"e":"\u00e9"}
        """#

    struct Case: Sendable, CustomTestStringConvertible {
        var path: String, operation: RecordFilter.Operation, value: JSONValue, holds: Bool
        init(_ path: String, _ operation: RecordFilter.Operation, _ value: JSONValue, _ holds: Bool) {
            (self.path, self.operation, self.value, self.holds) = (path, operation, value, holds)
        }
        var testDescription: String { "\(path) \(operation.rawValue) \(value.text(pretty: false))" }
    }

    @Test("a condition holds or not", arguments: [
        Case("n", .eq, 10, true), Case("n", .eq, .number("1e1"), true), Case("n", .eq, "10", false), Case("n", .ne, 10, false), Case("n", .ne, "10", true),
        Case("n", .lt, 10, false), Case("n", .le, 10, true), Case("n", .gt, 9, true), Case("n", .ge, 11, false), Case("n", .gt, "1", false), Case("n", .lt, "9", false),
        Case("x", .eq, .number("1.5"), true), Case("big", .eq, .number("9007199254740992"), false), Case("big", .gt, .number("9007199254740992"), true),
        Case("s", .eq, "OPEN", true), Case("s", .eq, "open", false), Case("s", .lt, "PEN", true), Case("s", .ge, "OPEN", true), Case("s", .gt, 1, false),
        Case("t", .eq, "2026-11-23T00:00:00Z", true), Case("t", .ge, "2026-11-23", true), Case("t", .gt, "2026-11-23", false), Case("t", .lt, "2026-11-23T00:00:00.001", true),
        Case("d", .eq, "2026-11-23T00:00:00Z", true), Case("t", .lt, "3", true), Case("t", .eq, "x", false), Case("s", .gt, "2026-11-23", true),
        Case("none", .eq, .null, true), Case("none", .ne, .null, false), Case("n", .eq, .null, false), Case("n", .ne, .null, true),
        Case("none", .le, .null, false), Case("none", .ge, .null, false), Case("none", .lt, 1, false), Case("none", .gt, 1, false), Case("n", .gt, .null, false),
        Case("none", .eq, 0, false), Case("none", .ne, 0, true),
        Case("yes", .eq, true, true), Case("yes", .eq, false, false), Case("yes", .ne, false, true), Case("yes", .ge, true, false), Case("yes", .lt, 2, false),
        Case("o", .eq, ["k": 1], false), Case("o", .ne, ["k": 1], true), Case("l", .eq, [1, 2], false), Case("o.k", .eq, 1, true), Case("l[1]", .eq, 2, true),
        Case("n", .isIn, [1, 10], true), Case("n", .isIn, [], false), Case("n", .isIn, ["10"], false), Case("none", .isIn, [1, .null], true), Case("s", .isIn, ["x", "OPEN"], true),
        Case("t", .isIn, ["2026-11-23"], true), Case("gone", .isIn, [.null], false), Case("yes", .isIn, [true], true),
        Case("gone", .eq, .null, false), Case("gone", .ne, .null, true), Case("gone", .ne, 1, true), Case("gone", .lt, 1, false), Case("gone", .ge, "", false),
        Case("gone", .exists, false, true), Case("gone", .exists, true, false), Case("none", .exists, true, true), Case("none", .exists, false, false),
        Case("o.k", .exists, true, true), Case("o.k.z", .exists, true, false), Case("n.k", .eq, 1, false), Case("o", .exists, true, true),
        Case("tags[*].name", .eq, "new", true), Case("tags[*].name", .eq, "old", false), Case("tags[*].name", .ne, "new", false), Case("tags[*].name", .ne, "old", true),
        Case("l[*]", .gt, 1, true), Case("l[*]", .gt, 2, false), Case("tags[*]", .exists, true, true), Case("empty[*]", .exists, false, true), Case("empty[*]", .ne, 1, true),
        Case("twice", .eq, 2, true), Case("twice", .eq, 1, false), Case("e", .eq, "é", true), Case("e", .eq, "e\u{301}", false),
    ])
    func condition(_ test: Case) throws {
        let load = try SievedLoad(nil, [makeFilter(test.path, test.operation, test.value)])
        let sifted = try load.take([Self.record])
        #expect(sifted == (test.holds ? Sifted(choice: .all) : Sifted(choice: .none, filtered: 1)))
    }

    @Test("all conditions must hold; what is no record goes on to the quarantine") func all() throws {
        let load = try SievedLoad(nil, [makeFilter("a", .ge, 2), makeFilter("b", .exists, true)])
        let sifted = try load.take([#"{"a":2}"#, #"{"a":3,"b":null}"#, #"{"b":1,"a":1}"#, "null", "[1]", "7", #"{"a":2,"b":1}"#])
        #expect(sifted == Sifted(choice: .only([1, 3, 4, 6]), filtered: 3))
        #expect(load.state == nil && load.sieve.requestValues.isEmpty && !load.sieve.heldOrder && load.sieve.findings.isEmpty)
    }

    @Test("only the records of the choice are judged") func choice() throws {
        let load = try SievedLoad(nil, [makeFilter("a", .eq, 1)])
        let records = [#"{"a":1}"#, #"{"a":2}"#, #"{"a":1}"#, #"{"a":1}"#]
        #expect(try load.take(records, choice: .only([1, 2])) == Sifted(choice: .only([2]), filtered: 1))
        #expect(try load.take(records, choice: .only([0, 3])) == Sifted(choice: .only([0, 3])))
        #expect(try load.take(records, choice: .none) == Sifted(choice: .none))
        #expect(try load.take([]) == Sifted(choice: .all))
    }

    @Test("a resource without filters and incremental cursor has no sieve") func noSieve() throws {
        #expect(try RecordSieve(resource: sievedResource(nil), state: ["last_value": 1], from: 1, to: 2) == nil)
    }
}
