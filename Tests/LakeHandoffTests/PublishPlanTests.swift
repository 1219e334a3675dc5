import LakeCommit
import LakeHandoff
import LakeJSON
import Testing

@Suite("What is published, and in which order")
struct PublishPlanTests {
    private static func day(_ number: Int) -> String { "2026010\(number)T020000Z-00000a" }

    private static func load(_ number: Int, files: Int = 2, bytes: Int = 10, removes: Set<String> = []) -> LoadPieces {
        let load = day(number)
        guard removes.isEmpty else { return LoadPieces(load: load, removes: removes) }
        return LoadPieces(
            load: load, data: (0..<files).map { LoadPiece(path: data(number, $0), bytes: bytes, sha256: "00") },
            documents: [LoadPiece(path: "_lake/loads/\(load).pages.jsonl")], quarantine: [LoadPiece(path: "_lake/quarantine/\(load)", bytes: 1)])
    }

    private static func data(_ number: Int, _ part: Int = 0) -> String { "items/jsonl/load_id=\(day(number))/items.v1.0000\(part).jsonl" }

    @Test("a load whose record is there is done; one that is asked for by name leaves the others alone; a record of nobody's is told")
    func choice() {
        let local = [1, 2, 3].map(Self.day)
        let all = PublishChoice(local: local, listed: [Self.day(1), Self.day(9)])
        #expect(all.pending == [Self.day(2), Self.day(3)] && all.there == [Self.day(1)] && all.foreign == [Self.day(9)])
        #expect(all.listed == [Self.day(1)])
        let one = PublishChoice(local: local, listed: [Self.day(1)], wanted: [Self.day(3)])
        #expect(one.pending == [Self.day(3)] && one.there.isEmpty && one.listed == [Self.day(1)] && one.foreign.isEmpty)
        #expect(PublishChoice(local: [], listed: []).pending.isEmpty)
    }

    @Test("older loads come first, and each batch has data, documents and records apart")
    func order() {
        let plan = PublishPlan(pending: [Self.load(1), Self.load(2)])
        #expect(plan.batches.count == 1)
        #expect(plan.batches[0].data.map(\.path) == [Self.data(1), Self.data(1, 1), Self.data(2), Self.data(2, 1)])
        #expect(plan.batches[0].documents.count == 2)
        #expect(plan.batches[0].records == [1, 2].map { "_lake/loads/\(Self.day($0)).json" })
        #expect(plan.files == 8 && plan.bytes == 40)
    }

    @Test("quarantine goes only where it is asked for")
    func quarantine() {
        #expect(PublishPlan(pending: [Self.load(1)], withQuarantine: true).batches[0].data.last?.path == "_lake/quarantine/\(Self.day(1))")
        #expect(PublishPlan(pending: [Self.load(1)], withQuarantine: true).bytes == 21)
        #expect(PublishPlan(pending: [Self.load(1)]).bytes == 20)
    }

    @Test("a batch ends before it gets too large; a load that is too large alone has one to itself", arguments: [
        (4, 1000, [1, 1, 1]), (8, 1000, [2, 1]), (12, 1000, [3]), (100, 25, [1, 1, 1]), (100, 40, [2, 1]), (1, 1, [1, 1, 1]),
    ])
    func limits(_ files: Int, _ bytes: Int, _ expected: [Int]) {
        let plan = PublishPlan(pending: (1...3).map { Self.load($0) }, limits: PublishPlan.Limits(files: files, bytes: bytes))
        #expect(plan.batches.map(\.loads.count) == expected)
        #expect(plan.loads == (1...3).map(Self.day))
    }

    @Test("a load that lost files to a removal goes behind the record that tells it, which comes along where it must")
    func removed() {
        let gone: Set<String> = [Self.data(1), Self.data(1, 1)]
        let removal = Self.load(3, removes: gone)
        let plan = PublishPlan(pending: [Self.load(1), Self.load(2), removal], gone: gone)
        #expect(plan.loads == [2, 3, 1].map(Self.day))
        #expect(plan.removed == [Self.day(1): 2] && plan.missing.isEmpty)
        #expect(plan.batches[0].data.map(\.path) == [Self.data(2), Self.data(2, 1)])
        #expect(PublishPlan(pending: [Self.load(1)], gone: gone, others: [removal]).loads == [3, 1].map(Self.day))
        #expect(PublishPlan(pending: [Self.load(1)], gone: gone, others: [removal], listed: [Self.day(3)]).loads == [Self.day(1)])
    }

    @Test("a load that lost files to two removals waits for both")
    func removedTwice() {
        let gone: Set<String> = [Self.data(1), Self.data(1, 1)]
        let first = Self.load(3, removes: [Self.data(1)]), second = Self.load(4, removes: [Self.data(1, 1)])
        #expect(PublishPlan(pending: [Self.load(1), Self.load(2), first, second], gone: gone).loads == [2, 3, 4, 1].map(Self.day))
    }

    @Test("a file that is gone without a word keeps everything back")
    func missing() {
        let plan = PublishPlan(pending: [Self.load(1), Self.load(2)], gone: [Self.data(2)])
        #expect(plan.missing == [Self.data(2)] && plan.batches.isEmpty)
    }

    @Test("the pieces of a record: of a removal what it removes, of a change of state nothing")
    func otherRecords() throws {
        let removal = #"{"restlake_format":1,"kind":"expire","load_id":"\#(Self.day(3))","expired":[{"load_id":"x","files":["a","b"],"quarantine":["q"]}]}"#
        #expect(try LoadPieces(json: JSONValue(parsing: removal), checksums: [:]) == LoadPieces(load: Self.day(3), removes: ["a", "b", "q"]))
        let state = #"{"restlake_format":1,"kind":"state","load_id":"\#(Self.day(3))","state":{}}"#
        #expect(try LoadPieces(json: JSONValue(parsing: state), checksums: [:]) == LoadPieces(load: Self.day(3)))
    }

    @Test("checksums are read by path, other lines passed over")
    func checksums() {
        let sum = String(repeating: "a", count: 64)
        #expect(ChecksumList("\(sum)  a b/c.jsonl\nnonsense\n\(sum) x\n").sums == ["a b/c.jsonl": sum])
    }
}
