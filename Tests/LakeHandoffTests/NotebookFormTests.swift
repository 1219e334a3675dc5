@testable import LakeHandoff
import LakeModel
import Testing

@Suite("A notebook over the tables")
struct NotebookFormTests {
    private func text(_ tables: [HandoffTable], lake: String = "/data/lake", dataset: String = "thena") -> String {
        NotebookForm(dataset: dataset, tables: tables, lake: lake, program: "/bin/restlake").text
    }

    @Test("each resource has a cell with its chart and its newest rows, child tables have none")
    func cells() {
        let text = text([
            table("requests", key: ["id"], ["id": .text, "closed_at": .timestamp, "created_at": .timestamp]), table("requests__tags", parent: "requests", ["value": .text]),
            table("users", resource: "users", key: ["id"], ["id": .text, "name": .text]), table("log", resource: "log", ["n": .bigint]),
        ])
        #expect(text.hasPrefix("# /// script\n# requires-python = \">=3.10\"\n"))
        #expect(text.split(separator: "\n").filter { $0 == "@app.cell" }.count == 6)
        #expect(text.contains(#"rows("SELECT date_trunc('day', \"created_at\")::DATE::VARCHAR AS day, count(*) AS rows FROM \"requests\" WHERE"#))
        #expect(text.contains(#"left(\"name\"::VARCHAR, 40) AS value"#) && text.contains(#"SELECT _load_id AS load, count(*) AS rows FROM \"log\""#))
        #expect(text.contains("mo.md(\"## `users`\")") && !text.contains("requests__tags"))
        #expect(text.hasSuffix("if __name__ == \"__main__\":\n    app.run()\n"))
    }

    @Test("a text is written so that Python reads the same one, whatever it holds", arguments: [
        ("plain", "\"plain\""), ("it's \"x\" \\ y", #""it's \"x\" \\ y""#), ("a\nb", #""a\nb""#), ("größe 日本", "\"größe 日本\""), ("a\u{202e}b\u{0}", #""a\U0000202eb\U00000000""#),
        ("\"\"\"", #""\"\"\"""#),
    ])
    func literals(_ text: String, _ written: String) {
        #expect(Python.text(text) == written)
    }

    @Test("a name cannot end the comment that it stands in")
    func comment() {
        #expect(text([], dataset: "a\nimport os").contains("# The dataset a import os of a restlake lake"))
    }
}
