import LakeHandoff
import LakeModel
import Testing

@Suite("Schema file of bq load")
struct BigQueryFormTests {
    @Test("has every column with a type, its mode and its description")
    func types() {
        let table = table(
            "requests", descriptions: ["id": "The \"key\"."],
            [
                "id": .text, "n": .bigint, "d": .double, "b": .boolean, "at": .timestamp, "local": .timestampNTZ, "day": .date, "clock": .time,
                "j": .json, "gone": .unknown,
            ], required: ["id"])
        #expect(BigQueryForm.text(table) == #"""
            [
              {"name": "_load_id", "type": "STRING", "mode": "REQUIRED"},
              {"name": "_row_number", "type": "INTEGER", "mode": "REQUIRED"},
              {"name": "id", "type": "STRING", "mode": "REQUIRED", "description": "The \"key\"."},
              {"name": "n", "type": "INTEGER", "mode": "NULLABLE"},
              {"name": "d", "type": "FLOAT", "mode": "NULLABLE"},
              {"name": "b", "type": "BOOLEAN", "mode": "NULLABLE"},
              {"name": "at", "type": "TIMESTAMP", "mode": "NULLABLE"},
              {"name": "local", "type": "DATETIME", "mode": "NULLABLE"},
              {"name": "day", "type": "DATE", "mode": "NULLABLE"},
              {"name": "clock", "type": "TIME", "mode": "NULLABLE"},
              {"name": "j", "type": "JSON", "mode": "NULLABLE"}
            ]

            """#)
    }

    @Test("makes a decimal NUMERIC where that holds it, else BIGNUMERIC")
    func decimals() {
        let table = table("t", ["usual": decimal(38, 9), "money": decimal(12, 2), "whole": decimal(30, 0), "wide": decimal(38, 5), "fine": decimal(20, 10), "ten": decimal(29, 0)])
        #expect(BigQueryForm.text([table]) == #"""
            {
              "t": [
                {"name": "_load_id", "type": "STRING", "mode": "REQUIRED"},
                {"name": "_row_number", "type": "INTEGER", "mode": "REQUIRED"},
                {"name": "usual", "type": "NUMERIC", "mode": "NULLABLE"},
                {"name": "money", "type": "NUMERIC", "mode": "NULLABLE", "precision": "12", "scale": "2"},
                {"name": "whole", "type": "BIGNUMERIC", "mode": "NULLABLE", "precision": "30", "scale": "0"},
                {"name": "wide", "type": "BIGNUMERIC", "mode": "NULLABLE", "precision": "38", "scale": "5"},
                {"name": "fine", "type": "BIGNUMERIC", "mode": "NULLABLE", "precision": "20", "scale": "10"},
                {"name": "ten", "type": "NUMERIC", "mode": "NULLABLE", "precision": "29", "scale": "0"}
              ]
            }

            """#)
    }
}
