import LakeHandoff
import LakeJSON
import LakeModel
import Testing

@Suite("JSON Schema of a version")
struct JSONSchemaFormTests {
    @Test("has a rule for each type, and allows null where the column does")
    func types() {
        let table = table(
            "all", version: 3, descriptions: ["t": "What \"it\" says."],
            ["n": .bigint, "d": .double, "b": .boolean, "t": .text, "j": .json, "u": .unknown, "day": .date, "id": .text], required: ["id"])
        #expect(JSONSchemaForm.text(table) == #"""
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "title": "all, schema version 3",
              "type": "object",
              "properties": {
                "_load_id": {"type": "string", "pattern": "^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}$"},
                "_row_number": {"type": "integer", "minimum": 1},
                "n": {
                  "type": ["integer", "null"],
                  "minimum": -9223372036854775808,
                  "maximum": 9223372036854775807
                },
                "d": {
                  "type": ["number", "null"]
                },
                "b": {
                  "type": ["boolean", "null"]
                },
                "t": {
                  "type": ["string", "null"],
                  "description": "What \"it\" says."
                },
                "j": {},
                "u": {"type": "null"},
                "day": {
                  "type": ["string", "null"],
                  "format": "date",
                  "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
                },
                "id": {"type": "string"}
              },
              "required": ["_load_id", "_row_number", "id"],
              "additionalProperties": false
            }

            """#)
    }

    @Test("of several tables is an object by table, with the columns of a child table")
    func several() {
        #expect(JSONSchemaForm.text([table("requests", [:]), table("requests__tags", parent: "requests", ["value": .text])]) == #"""
            {
              "requests": {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "title": "requests, schema version 1",
                "type": "object",
                "properties": {
                  "_load_id": {"type": "string", "pattern": "^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}$"},
                  "_row_number": {"type": "integer", "minimum": 1}
                },
                "required": ["_load_id", "_row_number"],
                "additionalProperties": false
              },
              "requests__tags": {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "title": "requests__tags, schema version 1",
                "type": "object",
                "properties": {
                  "_load_id": {"type": "string", "pattern": "^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}$"},
                  "_row_number": {"type": "integer", "minimum": 1},
                  "_parent_row_number": {"type": "integer", "minimum": 1},
                  "_root_row_number": {"type": "integer", "minimum": 1},
                  "_list_index": {"type": "integer", "minimum": 0},
                  "value": {
                    "type": ["string", "null"]
                  }
                },
                "required": [
                  "_load_id",
                  "_row_number",
                  "_parent_row_number",
                  "_root_row_number",
                  "_list_index"
                ],
                "additionalProperties": false
              }
            }

            """#)
    }

    @Test("takes by its patterns what the lake calls a decimal or a time, and nothing else", arguments: [
        (decimal(38, 9), ["0", "-0.1", "0.000000001", "12345678901234567890123456789.123456789"], ["00", "01", "1.", ".5", "1e5", "+1", "1.0000000000", "123456789012345678901234567890"]),
        (decimal(5, 0), ["0", "99999", "-1"], ["1.0", "100000", ""]),
        (decimal(3, 2), ["0.5", "9.99"], ["10", "1.001"]),
        (decimal(2, 2), ["0", "0.25"], ["1", "0.125"]),
        (.time, ["00:00:00", "23:59:59.999999"], ["24:00:00", "1:00:00", "00:00:60", "00:00:00.", "00:00:00.1234567", "00:00:00Z"]),
        (.date, ["0001-01-01", "9999-12-31"], ["2024-13-01", "2024-00-10", "2024-01-32", "24-01-01", "2024-01-01T00:00:00"]),
        (.timestampNTZ, ["2024-01-02T03:04:05", "2024-01-02 03:04:05.000001"], ["2024-01-02", "2024-01-02T03:04:05Z", "2024-01-02t03:04:05"]),
        (.timestamp, ["2024-01-02T03:04:05Z", "2024-01-02 03:04:05.5-14:00"], ["2024-01-02T03:04:05", "2024-01-02T03:04:05z", "2024-01-02T03:04:05+0530", "2024-01-02T03:04:05+15:00"]),
    ] as [(ColumnType, [String], [String])])
    func patterns(_ type: ColumnType, _ good: [String], _ bad: [String]) throws {
        let schema = try JSONValue(parsing: JSONSchemaForm.text(table("one", ["c": type])))
        let pattern = try Regex(#require(schema["properties"]?["c"]?["pattern"]?.string))
        for text in good { #expect(text.contains(pattern), "\(type): \(text)") }
        for text in bad { #expect(!text.contains(pattern), "\(type): \(text)") }
    }
}
