import LakeHandoff
import LakeModel
import LakeNormalize
import Testing

@Suite("Diagrams of the tables")
struct DiagramTests {
    private let tables = [
        table("requests", key: ["id"], descriptions: ["amount": "What\nit's \"worth\" \\ costs."], ["id": .text, "amount": decimal(38, 9), "gone": .unknown]),
        table("requests__tags", parent: "requests", ["value": .text]),
        table("requests__tags__marks", parent: "requests__tags", ["at": .timestampNTZ]),
        table("log", resource: "log", key: ["day", "no"], ["day": .date, "no": .bigint]),
        table("lost", resource: "none", parent: "nowhere", [:]),
    ]

    @Test("Mermaid: keys are marked, children hang at their parents and at the record, columns without a type are left out")
    func mermaid() {
        #expect(MermaidForm.text(tables) == """
            erDiagram
                "requests" {
                    text _load_id UK
                    bigint _row_number UK
                    text id PK
                    decimal amount "38,9: What it's 'worth' \\ costs."
                }
                "requests__tags" {
                    text _load_id PK, FK
                    bigint _row_number PK
                    bigint _parent_row_number FK
                    bigint _root_row_number
                    bigint _list_index
                    text value
                }
                "requests__tags__marks" {
                    text _load_id PK, FK
                    bigint _row_number PK
                    bigint _parent_row_number FK
                    bigint _root_row_number FK
                    bigint _list_index
                    timestamp_ntz at
                }
                "log" {
                    text _load_id UK
                    bigint _row_number UK
                    date day PK
                    bigint no PK
                }
                "lost" {
                    text _load_id PK
                    bigint _row_number PK
                    bigint _parent_row_number
                    bigint _root_row_number
                    bigint _list_index
                }
                "requests" ||--o{ "requests__tags" : "_load_id, _parent_row_number"
                "requests__tags" ||--o{ "requests__tags__marks" : "_load_id, _parent_row_number"
                "requests" ||..o{ "requests__tags__marks" : "_load_id, _root_row_number"

            """)
    }

    @Test("DBML: keys are marked, children hang at their parents and at the record, columns without a type are left out")
    func dbml() {
        #expect(DBMLForm.text(tables) == #"""
            Table "requests" {
              "_load_id" text [not null]
              "_row_number" bigint [not null]
              "id" text [pk]
              "amount" decimal(38,9) [note: 'What it\'s "worth" \\ costs.']

              indexes {
                ("_load_id", "_row_number") [unique]
              }

              Note: 'requests, schema version 1'
            }

            Table "requests__tags" {
              "_load_id" text [not null]
              "_row_number" bigint [not null]
              "_parent_row_number" bigint [not null]
              "_root_row_number" bigint [not null]
              "_list_index" bigint [not null]
              "value" text

              indexes {
                ("_load_id", "_row_number") [pk]
              }

              Note: 'requests, schema version 1'
            }

            Table "requests__tags__marks" {
              "_load_id" text [not null]
              "_row_number" bigint [not null]
              "_parent_row_number" bigint [not null]
              "_root_row_number" bigint [not null]
              "_list_index" bigint [not null]
              "at" timestamp_ntz

              indexes {
                ("_load_id", "_row_number") [pk]
              }

              Note: 'requests, schema version 1'
            }

            Table "log" {
              "_load_id" text [not null]
              "_row_number" bigint [not null]
              "day" date
              "no" bigint

              indexes {
                ("_load_id", "_row_number") [unique]
                ("day", "no") [pk]
              }

              Note: 'log, schema version 1'
            }

            Table "lost" {
              "_load_id" text [not null]
              "_row_number" bigint [not null]
              "_parent_row_number" bigint [not null]
              "_root_row_number" bigint [not null]
              "_list_index" bigint [not null]

              indexes {
                ("_load_id", "_row_number") [pk]
              }

              Note: 'none, schema version 1'
            }

            Ref: "requests__tags".("_load_id", "_parent_row_number") > "requests".("_load_id", "_row_number")
            Ref: "requests__tags__marks".("_load_id", "_parent_row_number") > "requests__tags".("_load_id", "_row_number")
            Ref: "requests__tags__marks".("_load_id", "_root_row_number") > "requests".("_load_id", "_row_number")

            """#)
    }

    @Test("the columns of a primary key are found by the places of its fields; without one of them it is none", arguments: [
        (["id"], ["id"]), (["customer.id", "id"], ["customer__id", "id"]), (["$['customer']['id']"], ["customer__id"]),
        (["['Odd Key']"], ["odd_key"]), (["id", "absent"], ["_load_id", "_row_number"]), (["list[0]"], ["_load_id", "_row_number"]),
    ])
    func keys(_ fields: [String], _ columns: [String]) {
        var table = table("t", key: fields, ["id": .text, "customer__id": .bigint, "odd_key": .text])
        table.version.columns[3].path = FieldPath([.key("customer"), .key("id")])
        table.version.columns[4].path = FieldPath([.key("Odd Key")])
        let marked = MermaidForm.text([table]).split(separator: "\n").filter { $0.hasSuffix(" PK") }.map { String($0.split(separator: " ")[1]) }
        #expect(Set(marked) == Set(columns))
    }

    @Test("Mermaid: a column whose name marks a key is told from the mark")
    func marks() {
        #expect(MermaidForm.text([table("to", key: ["pk"], ["pk": .text, "uk": .json, "pk_id": .bigint])]) == """
            erDiagram
                "to" {
                    text _load_id UK
                    bigint _row_number UK
                    text *pk PK
                    json *uk
                    bigint pk_id
                }

            """)
    }
}
