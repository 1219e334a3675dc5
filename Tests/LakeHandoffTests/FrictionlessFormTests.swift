import LakeCommit
import LakeHandoff
import LakeModel
import Testing

@Suite("Table Schema and Data Package")
struct FrictionlessFormTests {
    @Test("a Table Schema has the columns as the CSV files of the version have them, those without a type too")
    func tableSchema() {
        let table = table(
            "requests", key: ["id"], descriptions: ["n": "How many."],
            [
                "id": .text, "n": .bigint, "d": .double, "amount": decimal(38, 9), "b": .boolean, "at": .timestamp, "local": .timestampNTZ,
                "day": .date, "clock": .time, "j": .json, "gone": .unknown,
            ])
        #expect(FrictionlessForm.text(table) == #"""
            {
              "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
              "fields": [
                {
                  "name": "_load_id",
                  "type": "string",
                  "constraints": {"required": true}
                },
                {
                  "name": "_row_number",
                  "type": "integer",
                  "constraints": {"required": true}
                },
                {"name": "id", "type": "string"},
                {"name": "n", "type": "integer", "description": "How many."},
                {"name": "d", "type": "number"},
                {"name": "amount", "type": "number"},
                {
                  "name": "b",
                  "type": "boolean",
                  "trueValues": ["true"],
                  "falseValues": ["false"]
                },
                {"name": "at", "type": "datetime", "format": "any"},
                {"name": "local", "type": "datetime", "format": "any"},
                {"name": "day", "type": "date"},
                {"name": "clock", "type": "time"},
                {"name": "j", "type": "any"},
                {"name": "gone", "type": "any"}
              ],
              "missingValues": [""],
              "primaryKey": ["_load_id", "_row_number"]
            }

            """#)
    }

    private func file(_ version: Int, _ format: FileFormat, _ compression: Compression) -> FileRecord {
        let name = "requests.v\(version).00000.\(format.rawValue)\(compression.fileSuffix)"
        return FileRecord(
            path: "requests/\(format.rawValue)/load_id=\(aLoad)/\(name)", table: "requests", format: format, compression: compression,
            schemaVersion: version, rows: 1, bytes: 100 + version, sha256: "ab\(version)")
    }

    @Test("a package has each CSV file with its bytes and hash and the schema of its version; JSONL files are not in it")
    func package() {
        let files = [file(1, .jsonl, .none), file(1, .csv, .none), file(2, .csv, .gzip)]
        let text = FrictionlessForm.package(dataset: "Thena 2", files: files) { table("requests", version: $0.schemaVersion, [:]) }
        #expect(text == package(resource(version: 1), resource(version: 2, end: ".gz", compression: #""compression": "gz","#)))
    }

    private func package(_ resources: String...) -> String {
        """
        {
          "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
          "name": "thena-2",
          "resources": [
        \(resources.joined(separator: ",\n"))
          ]
        }

        """
    }

    private func resource(version: Int, end: String = "", compression: String? = nil) -> String {
        #"""
            {
              "name": "requests.v\#(version).00000.20260101t000000z-00000a",
              "type": "table",
              "title": "requests, schema version \#(version)",
              "path": "requests/csv/load_id=20260101T000000Z-00000a/requests.v\#(version).00000.csv\#(end)",
              "format": "csv",
              "mediatype": "text/csv",
              "encoding": "utf-8",
        \#(compression.map { "      \($0)\n" } ?? "")      "bytes": 10\#(version),
              "hash": "sha256:ab\#(version)",
              "dialect": {
                "header": true,
                "delimiter": ",",
                "lineTerminator": "\n",
                "quoteChar": "\"",
                "doubleQuote": true
              },
              "schema": {
                "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
                "fields": [
                  {
                    "name": "_load_id",
                    "type": "string",
                    "constraints": {"required": true}
                  },
                  {
                    "name": "_row_number",
                    "type": "integer",
                    "constraints": {"required": true}
                  }
                ],
                "missingValues": [""],
                "primaryKey": ["_load_id", "_row_number"]
              }
            }
        """#
    }
}
