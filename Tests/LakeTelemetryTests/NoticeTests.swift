import LakeJSON
import LakeModel
import LakeSchema
import LakeTelemetry
import Testing

@Suite("Notices")
struct NoticeTests {
    private static let all = Set(NoticeReason.allCases)

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var facts: RunFacts
        var reasons: [NoticeReason]
        var usual: [NoticeReason]
        var testDescription: String { name }
    }

    @Test("are given for what is asked for, and usually not for success", arguments: [
        Case(name: "complete", facts: run(), reasons: [.success], usual: []),
        Case(name: "partial", facts: run(status: .partial, code: 2, outcome: .partial), reasons: [.partial], usual: [.partial]),
        Case(name: "failed", facts: run(status: .failed, code: 75), reasons: [.failure], usual: [.failure]),
        Case(name: "changed", facts: run(changes: [change(.addColumn, "x")]), reasons: [.schemaChange, .success], usual: [.schemaChange]),
        Case(name: "the first load", facts: run(changes: [change(.addTable)], hadLoads: false), reasons: [.success], usual: []),
    ])
    func reasons(_ it: Case) {
        #expect(it.facts.reasons(among: Self.all) == it.reasons)
        #expect(it.facts.reasons(among: NoticeReason.usual) == it.usual)
        #expect(it.facts.reasons(among: []).isEmpty)
    }

    @Test("a repeated run brings no change")
    func repeated() {
        var facts = run(changes: [change(.addColumn, "x")])
        facts.isRepeat = true
        #expect(facts.reasons(among: NoticeReason.usual).isEmpty)
    }

    @Test("say in a sentence what happened", arguments: [
        (run(status: .partial, code: 2, outcome: .partial, findings: ["1 record is missing."], changes: [change(.addColumn, "x"), change(.widenType, "y")]),
         "restlake: thena is partial (exit code 2), load \(aLoad). users: 1 record is missing. Schema: users 1 column more, 1 type wider."),
        (run(status: .failed, code: 78, failure: ["The secret is missing.", "More."]), "restlake: thena failed (exit code 78). The secret is missing."),
        (run(), "restlake: thena is complete (exit code 0), load \(aLoad)."),
    ] as [(RunFacts, String)])
    func sentence(_ facts: RunFacts, _ text: String) { #expect(facts.notice([.partial])["text"]?.string == text) }

    @Test("list so many changes and count the rest")
    func manyChanges() throws {
        let notice = run(changes: (0..<130).map { change(.addColumn, "c\($0)") }).notice([.schemaChange])
        #expect(notice["changes"]?.array?.count == 100 && notice["further_changes"] == 30)
        #expect(notice["changes"]?.array?.first?["table"] == "users" && notice["changes"]?.array?.first?["column"] == "c0")
    }

    @Test("are one object, in the form of an event")
    func form() {
        let notice = run(status: .failed, code: 75, failure: ["a", "b"]).notice([.failure])
        #expect(notice.object?.prefix(3).map(\.key) == ["event", "event_format", "reasons"])
        #expect(notice["message"] == "a\nb" && notice["load_id"] == .null && notice["milliseconds"] == 4512 && notice["resources"] == [])
    }
}
