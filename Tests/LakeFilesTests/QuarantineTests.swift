import Foundation
import LakeFiles
import LakeModel
import LakeSource
import Testing

@Suite("Quarantine") struct QuarantineTests {
    @Test("a record without its key is kept aside with reason and place, readable by its owner only") func contents() throws {
        let staged = try stage(
            [#"[{"id":1},{"name":"no key"},null]"#, "[{ \"id\" : null, \"b\":[1 ,2] }, {\"id\":\"x\\u0000\"},[1]]"], resource: makeResource(key: ["id"]))
        let file = try #require(staged.quarantine)
        #expect(try staged.folder.text("quarantine/r/r.00000.jsonl") == """
            {"reason":"missing_primary_key","resource":"r","page":1,"record":2,"written":false,"value":{"name":"no key"}}
            {"reason":"not_an_object","resource":"r","page":1,"record":3,"written":false,"value":null}
            {"reason":"missing_primary_key","resource":"r","page":2,"record":1,"written":false,"value":{"id":null,"b":[1,2]}}
            {"reason":"not_an_object","resource":"r","page":2,"record":3,"written":false,"value":[1]}

            """)
        let bytes = try staged.folder.bytes("quarantine/r/r.00000.jsonl")
        #expect(file.resource == "r" && file.name == "r.00000.jsonl" && file.records == 4)
        #expect(file.bytes == bytes.count && file.sha256 == Checksum.of(bytes))
        let mode = try FileManager.default.attributesOfItem(atPath: staged.folder.path + "/quarantine/r/r.00000.jsonl")[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(staged.counts.fetched == 6 && staged.counts.written == 2 && staged.counts.quarantined == 4 && staged.counts.addUp)
    }

    @Test("a resource whose name holds slashes has one folder of its own") func slashes() throws {
        let staged = try stage([#"[{"a":1}]"#], resource: makeResource("orders/lines", key: ["id"]))
        let name = StagingFolder.fileName(of: "orders/lines")
        #expect(!name.contains("/") && name.hasPrefix("orders_lines_"))
        #expect(try staged.folder.files().keys.sorted() == ["quarantine/\(name)/\(name).00000.jsonl"])
    }

    @Test("names of files are plain and distinct", arguments: [
        ("requests", "requests"), ("v3_requests", "v3_requests"), ("a-B9", "a-B9"), ("a/b", nil), ("../x", nil), ("", nil), ("é", nil), (".", nil),
    ] as [(String, String?)]) func fileNames(_ resource: String, _ wanted: String?) {
        let name = StagingFolder.fileName(of: resource)
        if let wanted { #expect(name == wanted) }
        #expect(!name.isEmpty && !name.contains("/") && !name.hasPrefix("."))
        #expect(name != StagingFolder.fileName(of: resource + "/"))
    }

    @Test("a record is kept as the API wrote it but for what is masked: a mended definition can read its times and nulls") func unconverted() throws {
        var resource = makeResource(key: ["id"])
        resource.columns = [
            ColumnHint(field: FieldReference(field: ["at"]), timestampFormat: .epochSeconds), ColumnHint(field: FieldReference(field: ["note"]), nullValues: ["NA"]),
        ]
        resource.fieldRules = FieldRules(exclude: [FieldReference(field: ["raw"])], personal: [PersonalField(field: FieldReference(field: ["mail"]), action: .redact)])
        let staged = try stage([#"[{"at":1767225600,"note":"NA","mail":"a@b","raw":1},{"id":1,"at":1767225600,"note":"NA","mail":"a@b"}]"#], resource: resource)
        #expect(try staged.quarantineLines() == [
            #"{"reason":"missing_primary_key","resource":"r","page":1,"record":1,"written":false,"value":{"at":1767225600,"note":"NA","mail":"[redacted]"}}"#,
        ])
        #expect(try staged.texts("r", .jsonl) == [
            #"{"_load_id":"L","_row_number":1,"id":1,"at":"2026-01-01T00:00:00.000000Z","note":null,"mail":"[redacted]"}"# + "\n",
        ])
    }
}
