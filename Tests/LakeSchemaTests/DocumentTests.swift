import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import Testing

@Suite("Schema documents")
struct DocumentTests {
    /// The version that the worked example shows.
    private func example() throws -> SchemaVersion {
        let lake = SchemaLake()
        try lake.load([#"[{"id":"r1","odd key":[1],"score":1}]"#])
        try lake.load([#"[{"score":2},{"score":2.5,"note":null,"big":12345678901234567890}]"#])
        return try #require(lake.version())
    }

    private static let text = """
        {
          "restlake_format": 1,
          "table": "requests",
          "resource": "requests",
          "path": "$",
          "parent": null,
          "version": 2,
          "parent_version": 1,
          "load_id": "load2",
          "fingerprint": "b19857e17d97d20cd995ce06d0ce4ef2",
          "columns": [
            {"id": 1, "name": "_load_id", "type": "text", "nullable": false},
            {"id": 2, "name": "_row_number", "type": "bigint", "nullable": false},
            {"id": 3, "name": "id", "type": "text", "nullable": true, "path": "$.id"},
            {"id": 4, "name": "score", "type": "double", "nullable": true, "path": "$.score"},
            {"id": 5, "name": "note", "type": "unknown", "nullable": true, "path": "$.note"},
            {"id": 6, "name": "big", "type": "decimal(38,9)", "nullable": true, "path": "$.big"}
          ],
          "changes": [
            {
              "what": "widen_type",
              "column": "score",
              "column_id": 4,
              "from": "bigint",
              "to": "double",
              "path": "$.score",
              "kind": "widening",
              "load_id": "load2",
              "page": 1,
              "record": 2
            },
            {
              "what": "add_column",
              "column": "note",
              "column_id": 5,
              "to": "unknown",
              "path": "$.note",
              "kind": "additive",
              "load_id": "load2",
              "page": 1,
              "record": 2
            },
            {
              "what": "add_column",
              "column": "big",
              "column_id": 6,
              "to": "decimal(38,9)",
              "path": "$.big",
              "kind": "additive",
              "load_id": "load2",
              "page": 1,
              "record": 2
            }
          ]
        }

        """

    @Test("A schema version is written as one document, and read back whole")
    func document() throws {
        let version = try example()
        #expect(version.json.text(pretty: true) == Self.text)
        #expect(try SchemaVersion(json: JSONValue(parsing: Self.text)) == version)
    }

    @Test("Versions of child tables, of maps and of odd keys are read back")
    func roundTrips() throws {
        let lake = SchemaLake()
        try lake.load([#"[{"a.b":{"x":1,"y":2,"z":3},"l":[[1],{"'\\":"é"}],"":null,"\u0000":{"e\u0301":[true]}}]"#], limits: NormalizeLimits(keysPerObject: 2, keysPerRecord: 9))
        #expect(lake.known.count == 4)
        for table in lake.known.values {
            let read = try SchemaVersion(json: JSONValue(parsing: table.version.json.text(pretty: true)))
            #expect(read == table.version && read.fingerprint == table.version.fingerprint)
        }
    }

    /// What is put in the place of a value (nil: the key is taken out), and the fault that tells of it.
    private static let damages: [(key: String, value: JSONValue?, fault: DocumentFault)] = [
        ("restlake_format", nil, DocumentFault("restlake_format", expected: "a number")),
        ("restlake_format", "1", DocumentFault("restlake_format", expected: "a number")),
        ("restlake_format", 2, DocumentFault("restlake_format", expected: "at most 1, it is 2")),
        ("table", nil, DocumentFault("table", expected: "a text")), ("table", 7, DocumentFault("table", expected: "a text")),
        ("resource", .null, DocumentFault("resource", expected: "a text")), ("path", "$.", DocumentFault("path", expected: "a path such as $.tags[*]")),
        ("parent", 5, DocumentFault("parent", expected: "a text or null")), ("version", "2", DocumentFault("version", expected: "a number")),
        ("version", .number("2.5"), DocumentFault("version", expected: "a number")),
        ("parent_version", "1", DocumentFault("parent_version", expected: "a number or null")),
        ("load_id", nil, DocumentFault("load_id", expected: "a text")), ("columns", .object([]), DocumentFault("columns", expected: "a list")),
        ("changes", nil, DocumentFault("changes", expected: "a list")), ("columns", [5], DocumentFault("columns[0].id", expected: "a number")),
        ("columns", [["id": 1, "name": "a", "type": "blob", "nullable": true]], DocumentFault("columns[0].type", expected: "a column type")),
        ("columns", [["id": 1, "name": "a", "type": "text", "nullable": 1]], DocumentFault("columns[0].nullable", expected: "true or false")),
        ("columns", [["id": 1, "name": "a", "type": "text", "nullable": true, "path": "a"]],
         DocumentFault("columns[0].path", expected: "a path such as $.tags[*].id")),
        ("columns", [["id": 1, "name": "a", "type": "text", "nullable": true, "path": "$.a", "rest": "yes"]],
         DocumentFault("columns[0].rest", expected: "true or false")),
        ("changes", [["what": "drop_column", "load_id": "l", "page": 1, "record": 1]], DocumentFault("changes[0].what", expected: "a kind of change")),
        ("changes", [["what": "widen_type", "from": "int", "load_id": "l", "page": 1, "record": 1]],
         DocumentFault("changes[0].from", expected: "a column type")),
        ("changes", [["what": "add_table", "load_id": "l", "page": 1]], DocumentFault("changes[0].record", expected: "a number")),
    ]

    @Test("A damaged document tells its place and what was expected", arguments: 0..<damages.count)
    func damaged(_ index: Int) throws {
        let damage = Self.damages[index]
        var json = try example().json
        json[damage.key] = damage.value
        #expect(throws: damage.fault) { try SchemaVersion(json: json) }
    }

    @Test("A document whose columns are not those of its fingerprint is refused")
    func fingerprint() throws {
        let version = try example()
        for (old, new) in [(#""name":"score""#, #""name":"points""#), (#""type":"double""#, #""type":"text""#), ("$.score", "$.points")] {
            let json = try JSONValue(parsing: version.json.text(pretty: false).replacing(old, with: new))
            #expect { try SchemaVersion(json: json) } throws: { ($0 as? DocumentFault)?.place == "fingerprint" }
        }
        for text in ["[]", "null", "{}", "7"] {
            #expect(throws: DocumentFault("restlake_format", expected: "a number")) { try SchemaVersion(json: JSONValue(parsing: text)) }
        }
    }

    @Test("Equal columns have equal fingerprints, and every part of a column counts")
    func fingerprints() throws {
        let version = try example()
        var same = version
        (same.table, same.version, same.load, same.changes) = ("other", 9, "later", [])
        #expect(same.fingerprint == version.fingerprint)
        var seen = [version.fingerprint]
        for change: (inout Column) -> Void in [
            { $0.id = 9 }, { $0.name = "x" }, { $0.type = .date }, { $0.isNullable = false }, { $0.path = FieldPath([.key("x")]) }, { $0.isRest = true },
        ] {
            var changed = version
            change(&changed.columns[3])
            seen.append(changed.fingerprint)
        }
        #expect(Set(seen).count == 7)
    }

    @Test("Facts are written with what was seen and nothing else", arguments: [
        ("null", #"{"kinds":["null"]}"#), ("-3", #"{"kinds":["integer"],"smallest":-3,"largest":-3,"integer_digits":1}"#),
        ("12.50", #"{"kinds":["real"],"integer_digits":2,"fraction_digits":2,"longest_text":5}"#), ("1E400", #"{"kinds":["real"],"numbers":["not_double","exponent"],"longest_text":5}"#),
        ("9223372036854775808", #"{"kinds":["integer"],"numbers":["beyond_int64"],"integer_digits":19,"longest_text":19}"#),
        (#""""#, #"{"kinds":["string"],"texts":["other"],"longest_text":0}"#), (#""2026-11-23""#, #"{"kinds":["string"],"texts":["date"],"longest_text":10}"#),
        ("true", #"{"kinds":["boolean"]}"#),
    ])
    func facts(_ value: String, _ text: String) throws {
        let facts = try #require(lake(#"[{"a":\#(value)}]"#).known["requests"]).facts[2]
        #expect(facts.json.text(pretty: false) == text)
        #expect(try ColumnFacts(json: JSONValue(parsing: text)) == facts)
    }

    @Test("Random facts are read back")
    func randomFacts() throws {
        var random = SplitMix(state: 6)
        for _ in 0..<500 {
            var facts = ColumnFacts()
            facts.kinds = ColumnFacts.Kinds(rawValue: UInt8(random.below(64)))
            facts.temporal = random.below(3) == 0 ? .other : ColumnFacts.Temporal(rawValue: UInt8(random.below(16)))
            facts.numbers = ColumnFacts.Numbers(rawValue: UInt8(random.below(8)))
            (facts.integerDigits, facts.fractionDigits) = (UInt32(random.below(40)), UInt32(random.below(40)))
            if random.below(2) == 0 {
                let bounds = [Int64(bitPattern: random.next()), Int64(bitPattern: random.next())].sorted()
                (facts.smallest, facts.largest) = (bounds[0], bounds[1])
            }
            if facts.kinds.contains(.string) { facts.longestText = UInt32(truncatingIfNeeded: random.next()) }
            #expect(try ColumnFacts(json: JSONValue(parsing: facts.json.text(pretty: false))) == facts)
        }
    }

    @Test("Damaged facts are refused, never read as fewer facts", arguments: [
        ("{}", "kinds"), (#"{"kinds":"null"}"#, "kinds"), (#"{"kinds":["number"]}"#, "kinds"), (#"{"kinds":[1]}"#, "kinds"),
        (#"{"kinds":["integer"],"smallest":"1"}"#, "smallest"), (#"{"kinds":["integer"],"largest":1.5}"#, "largest"),
        (#"{"kinds":["integer"],"integer_digits":-1}"#, "integer_digits"), (#"{"kinds":["real"],"fraction_digits":true}"#, "fraction_digits"),
        (#"{"kinds":["string"],"texts":["day"]}"#, "texts"), (#"{"kinds":["real"],"numbers":{}}"#, "numbers"), (#"{"kinds":["string"],"longest_text":[]}"#, "longest_text"),
        ("null", "kinds"),
    ])
    func damagedFacts(_ text: String, _ place: String) {
        #expect { try ColumnFacts(json: JSONValue(parsing: text)) } throws: { ($0 as? DocumentFault)?.place == place }
    }
}
