import Foundation
import LakeFiles
import LakeJSON
import LakeModel
import Testing

@Suite("Quarantine, read") struct QuarantineReaderTests {
    private func entries(_ text: String, sha256: String? = nil) throws -> [QuarantineEntry] {
        let folder = try TemporaryFolder()
        let path = folder.path + "/q.jsonl"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        let reader = try QuarantineReader(path, sha256: sha256 ?? Checksum.of(Array(text.utf8)))
        var entries: [QuarantineEntry] = []
        while let entry = try reader.next() { entries.append(entry) }
        return entries
    }

    @Test("what the writer wrote comes back, place and bytes") func written() throws {
        let staged = try stage([#"[{"id":1},{"name":"no key"},"x",null]"#], resource: makeResource(key: ["id"]))
        let file = try #require(staged.quarantine)
        let found = try entries(try staged.folder.text("quarantine/r/r.00000.jsonl"), sha256: file.sha256)
        #expect(found.map(\.reason) == ["missing_primary_key", "missing_primary_key", "not_an_object"])
        #expect(found.map(\.place) == [Place(page: 1, record: 2), Place(page: 1, record: 3), Place(page: 1, record: 4)])
        #expect(found.map { String(decoding: $0.value, as: UTF8.self) } == [#"{"name":"no key"}"#, #""x""#, "null"])
        #expect(found.allSatisfy { !$0.written && $0.breaches.isEmpty && $0.breachCount == 0 && $0.resource == "r" })
    }

    @Test("a line tells of its breaches, and members that nobody knows are passed over") func breaches() throws {
        let line = #"{"reason":"contract","resource":"r","page":3,"record":17,"written":true,"later":[1],"breaches":["#
            + #"{"contract":"data_type","mode":"discard_value","table":"r","column":"amount","path":"$.amount","expected":"bigint","found":"text"},"#
            + #"{"contract":"tables","table":"r__tags"}],"breach_count":42,"value":{"value":{"value":1}}}"#
        let entry = try #require(try entries(line + "\n").first)
        #expect(entry.written && entry.breachCount == 42 && entry.place == Place(page: 3, record: 17))
        #expect(entry.breaches.map(\.contract) == ["data_type", "tables"])
        #expect(entry.breaches.first?.json.text(pretty: false).contains(#""expected":"bigint","found":"text""#) == true)
        #expect(String(decoding: entry.value, as: UTF8.self) == #"{"value":{"value":1}}"#)
        #expect(entry.has(reason: "contract") && entry.has(reason: "tables") && !entry.has(reason: "columns"))
    }

    @Test("a duplicate of what was written is in the lake as what was written is", arguments: [
        (#""written":true"#, true, false), (#""written":false"#, false, false), (#""written":false,"duplicate":true"#, true, true),
    ])
    func duplicate(_ marks: String, _ isInLake: Bool, _ isDuplicate: Bool) throws {
        let entry = try #require(try entries("{\"reason\":\"contract\",\(marks),\"value\":7}\n").first)
        #expect(entry.isInLake == isInLake && entry.isDuplicate == isDuplicate)
    }

    @Test("members may be absent, but for the reason and the value") func absent() throws {
        let entry = try #require(try entries("{\"reason\":\"contract\",\"value\":7}\n").first)
        #expect(entry.place == Place(page: 0) && !entry.written && entry.breachCount == 0 && Array(entry.value) == Array("7".utf8))
    }

    @Test("a line that is none is told with its number", arguments: [
        "{}", "[]", "{", #"{"reason":"x"}"#, #"{"value":1}"#, "", #"{"reason":"x","value":1,"record":-1}"#,
    ])
    func damaged(_ line: String) throws {
        #expect {
            try entries("{\"reason\":\"x\",\"value\":1}\n" + line + "\n")
        } throws: {
            if case FileFault.quarantineLine(_, 2)? = $0 as? FileFault { true } else { false }
        }
    }

    @Test("a file that is not the one that was written is told at its end", arguments: ["", "{\"reason\":\"x\",\"value\":2}\n", "{\"reason\":\"x\",\"value\":1}"])
    func changed(_ text: String) throws {
        let sum = Checksum.of(Array("{\"reason\":\"x\",\"value\":1}\n".utf8))
        #expect {
            try entries(text, sha256: sum)
        } throws: {
            if case FileFault.quarantineChanged? = $0 as? FileFault { true } else { false }
        }
    }

    @Test("a line of megabytes is read once, not over and over") func long() throws {
        let text = #"{"reason":"x","value":""# + String(repeating: "a", count: 3 << 20) + "\"}\n"
        let found = try entries(text + text)
        #expect(found.count == 2 && found.allSatisfy { $0.value.count == (3 << 20) + 2 })
    }

    @Test("a record as deep as a page may be comes back") func deep() throws {
        let value = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(try entries("{\"reason\":\"x\",\"value\":\(value)}\n").first?.value.count == 1024)
    }
}
