import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource
import Testing

@testable import LakeCommit
@testable import LakeExport
@testable import LakeFiles

@Suite("What is worth a look in the rows and tables of a load")
struct LoadWarningsTests {
    private func path(_ text: String) -> FieldPath { FieldPath(text: text) ?? FieldPath() }

    private func resource(
        _ hints: [ColumnHint] = [], disposition: WriteDisposition = .replace, tableName: String? = nil, nested: [NestedTable] = []
    ) -> Resource {
        Resource(
            name: "r", request: RequestTemplate(path: Template("r")), writeDisposition: disposition, tableName: tableName, columns: hints,
            nestedTables: nested)
    }

    private func hint(_ field: String, _ type: ColumnType? = nil, nullable: Bool? = nil) throws -> ColumnHint {
        ColumnHint(field: try #require(FieldReference(try Selector(parsing: field))), dataType: type, isNullable: nullable)
    }

    /// Columns as `$.a:bigint`, `$.a:bigint!` where they are not nullable, `$.m#rest`.
    private func columns(_ texts: [String], table: String = "$") -> [Column] {
        var columns = SystemColumns.columns(isChild: table != "$")
        for text in texts {
            let isRest = text.hasSuffix("#rest"), parts = text.replacing("#rest", with: "").replacing("!", with: "").split(separator: ":").map(String.init)
            let column = Column(
                id: columns.count + 1, name: "", type: isRest ? .json : parts.last.flatMap { ColumnType(rawValue: $0) } ?? .text,
                isNullable: !text.hasSuffix("!"), path: path(parts[0]), isRest: isRest)
            columns.append(column)
            columns[columns.count - 1].name = Names.joined(column.leaf(in: path(table))?.pieces ?? [])
        }
        return columns
    }

    private func staged(_ texts: [String], rows: Int = 3, values: [Int]? = nil, name: String = "r", at table: String = "$", changes: [SchemaChange] = []) -> StagedTable {
        let columns = columns(texts, table: table), own = columns.count - texts.count
        let version = SchemaVersion(
            table: name, resource: "r", path: path(table), parent: nil, version: 2, parentVersion: 1, load: "l", columns: columns, changes: changes)
        return StagedTable(
            name: name, path: path(table), parent: table == "$" ? nil : "r", rows: rows, columns: columns, facts: columns.map { _ in ColumnFacts() },
            values: Array(repeating: 0, count: own) + (values ?? texts.map { _ in rows }), newVersions: changes.isEmpty ? [] : [version], earlierVersion: 1, files: [])
    }

    private func known(_ texts: [String], name: String = "r", at table: String = "$") -> KnownTable {
        KnownTable(
            version: SchemaVersion(
                table: name, resource: "r", path: path(table), parent: table == "$" ? nil : "r", version: 1, parentVersion: nil, load: "k",
                columns: columns(texts, table: table), changes: []),
            facts: [])
    }

    private func earlier(_ texts: [String] = [], values: [Int?] = [], rows: Int = 3, recent: [Int] = [], name: String = "r", at table: String = "$") -> Manifest.Table {
        let columns = columns(texts, table: table).filter { !$0.isSystem }
        return Manifest.Table(
            name: name, resource: "r", path: path(table), parent: table == "$" ? nil : "r", primaryKey: [], writeDisposition: .replace, currentVersion: 1,
            rowsOfLastLoad: rows, columns: zip(columns, values).map { ColumnRecord(id: $0.id, name: $0.name, facts: ColumnFacts(), values: $1) }, versions: [],
            liveFiles: [], recentRows: recent)
    }

    @Test("Nothing is said of a load like the one before")
    func nothing() {
        let texts = ["$.id:bigint", "$.name:text"]
        let warnings = LoadWarnings(resource: resource(), tables: [staged(texts)], known: [known(texts)], earlier: [earlier(texts, values: [3, 3], recent: [3, 3])])
        #expect(warnings.sentences == [])
    }

    // MARK: Rows

    @Test("A fall in rows is told from the share on that was asked for", arguments: [
        (rows: 51, recent: [100], drop: 50, isTold: false), (rows: 50, recent: [100], drop: 50, isTold: true), (rows: 99, recent: [100], drop: 1, isTold: true),
        (rows: 0, recent: [100], drop: 100, isTold: true), (rows: 1, recent: [100], drop: 100, isTold: false), (rows: 0, recent: [100], drop: 0, isTold: false),
        (rows: 40, recent: [10, 100, 100], drop: 50, isTold: true), (rows: 40, recent: [10, 10, 100], drop: 50, isTold: false),
        (rows: 40, recent: [], drop: 50, isTold: false), (rows: 0, recent: [0, 0], drop: 50, isTold: false), (rows: 200, recent: [100], drop: 50, isTold: false),
    ])
    func fallenRows(rows: Int, recent: [Int], drop: Int, isTold: Bool) {
        let warnings = LoadWarnings(
            resource: resource(), tables: rows == 0 ? [] : [staged([], rows: rows)], earlier: [earlier(rows: 0, recent: recent)], rowDrop: drop)
        #expect(warnings.sentences.isEmpty != isTold)
    }

    @Test("It names the numbers")
    func rowSentences() {
        let one = LoadWarnings(resource: resource(), tables: [staged([], rows: 4)], earlier: [earlier(recent: [400])])
        #expect(one.sentences == ["4 rows came; the last full load had 400. That is 99 percent less, and told from 50 percent on (--warn-row-drop)."])
        let three = LoadWarnings(resource: resource(), tables: [staged([], rows: 4)], earlier: [earlier(recent: [400, 10, 300])])
        #expect(three.sentences.first?.hasPrefix("4 rows came; the last 3 full loads had 300 (median).") == true)
    }

    @Test("Where not everything was asked for or came, rows and values are not compared")
    func notCompared() {
        let tables = [staged(["$.a:text"], rows: 2, values: [0])], before = [earlier(["$.a:text"], values: [100], recent: [100])]
        for (isComplete, readsEverything, disposition, isTold) in [
            (true, true, WriteDisposition.merge, true), (false, true, .merge, false), (true, false, .merge, false), (true, true, .append, false),
        ] {
            let warnings = LoadWarnings(
                resource: resource(disposition: disposition), tables: tables, earlier: before, isComplete: isComplete, readsEverything: readsEverything)
            #expect(warnings.sentences.contains { $0.contains("rows came") } == isTold)
        }
    }

    @Test("A column that had values and has none now is told, with its table; so is a table without rows")
    func vanished() {
        let texts = ["$.a:text", "$.b:text", "$.c:text", "$.d:text"]
        let before = [
            earlier(texts, values: [3, 1, 0, nil]), earlier(["$.l[*]:text"], values: [5], rows: 5, name: "r__l", at: "$.l[*]"),
            earlier(["$.m[*]:text"], values: [0], rows: 0, name: "r__m", at: "$.m[*]"),
        ]
        let warnings = LoadWarnings(resource: resource(), tables: [staged(texts, values: [0, 0, 0, 0])], earlier: before)
        #expect(warnings.sentences == [
            "no row of r has a value in a, b; the load before had some. Was a field renamed, or a right taken away?", "no row of r__l came; the load before had 5.",
        ])
        #expect(LoadWarnings(resource: resource(), tables: [], earlier: before).sentences == [], "no row at all is told elsewhere")
        let many = (0..<30).map { "$.c\($0):text" }
        let sentence = LoadWarnings(resource: resource(), tables: [staged(many, values: many.map { _ in 0 })], earlier: [earlier(many, values: many.map { _ in 1 })]).sentences.first
        #expect(sentence?.contains("c19 and 10 more;") == true && sentence?.contains("c20") == false)
    }

    // MARK: The schema

    @Test("A type that became text is told with the record that did it, unless the definition asked for it")
    func widened() throws {
        func change(_ from: ColumnType, _ to: ColumnType, _ column: String, _ id: Int) -> SchemaChange {
            SchemaChange(.widenType, column: column, columnID: id, from: from, to: to, path: path("$.a"), load: "l", place: Place(page: 2, record: 7))
        }
        let table = staged(
            ["$.a:text", "$.b:text", "$.c:double", "$.d:text"],
            changes: [change(.bigint, .text, "a", 3), change(.unknown, .text, "b", 4), change(.bigint, .double, "c", 5), change(.bigint, .text, "d", 6)])
        #expect(LoadWarnings(resource: resource([try hint("d", .text)]), tables: [table]).sentences == [
            "r.a was bigint and is text from now on: page 2, record 7 holds a value that does not fit.",
        ])
    }

    @Test("An object used as a map is told once, with the hint to write")
    func maps() {
        let before = [known(["$.id:text"])], texts = ["$.id:text", "$.customer.labels#rest"]
        let told = LoadWarnings(resource: resource(), tables: [staged(texts)], known: before).sentences
        #expect(told == [
            "customer.labels has more keys than columns are made of; further ones stand in r.customer__labels__rest as JSON. If it is a map, write "
                + "\"columns\": {\"customer.labels\": {\"data_type\": \"json\"}}: a new dataset then keeps it in one column.",
        ])
        #expect(LoadWarnings(resource: resource(), tables: [staged(texts)], known: [known(texts)]).sentences == [])
        #expect(LoadWarnings(resource: resource(), tables: [staged(["$#rest"])]).sentences == [
            "records have more keys than a table has columns; further ones stand in r.rest as JSON.",
        ])
        #expect(LoadWarnings(resource: resource(), tables: [staged(["$.l[*]#rest"], name: "r__l", at: "$.l[*]")]).sentences.first?.contains(#"{"l[*]": {"#) == true)
    }

    @Test("A table that grew past 500 columns is told")
    func wide() {
        let texts = (0..<499).map { "$.c\($0):text" }
        #expect(LoadWarnings(resource: resource(), tables: [staged(texts)]).sentences == [
            "r has 501 columns. Where objects are maps, data_type json keeps each in one column.",
        ])
        #expect(LoadWarnings(resource: resource(), tables: [staged(texts)], known: [known(texts)]).sentences == [])
        #expect(LoadWarnings(resource: resource(), tables: [staged(texts.dropLast())]).sentences == [])
    }

    // MARK: Hints

    @Test("A type that the definition gives and the column has not is told, and why")
    func types() throws {
        let hints = [try hint("a", .bigint), try hint("b", .bigint), try hint("c", .bigint), try hint("d", .json)]
        let warnings = LoadWarnings(
            resource: resource(hints), tables: [staged(["$.a:text", "$.b:text", "$.c:bigint", "$.d:bigint"])], known: [known(["$.a:text", "$.b:bigint", "$.c:bigint", "$.d:bigint"])])
        #expect(warnings.sentences == [
            "r.a is text since an earlier load, and a type only widens: data_type bigint changes nothing.",
            "r.b is text: not all of its values fit the data_type of the definition, bigint.",
            "r.d is bigint since an earlier load, and a type only widens: data_type json changes nothing.",
        ])
    }

    @Test("A column that may be null, though the definition says that it may not, is told, and why")
    func nulls() throws {
        let hints = [try hint("a", nullable: false), try hint("b", nullable: false), try hint("c", nullable: false)]
        let warnings = LoadWarnings(
            resource: resource(hints), tables: [staged(["$.a:text", "$.b:text", "$.c:text!"])], known: [known(["$.a:text", "$.b:text!", "$.c:text!"])])
        #expect(warnings.sentences == [
            "r.a may be null since an earlier load and stays so: nullable false changes nothing.",
            "r.b may be null: not every row has a value there, though the definition says nullable false.",
        ])
    }

    @Test("JSON that comes too late for what was taken apart is told", arguments: ["o", "o.p", "o__p", "l", "l[*]", "m", "n", "q[*]"])
    func takenApart(_ field: String) throws {
        let tables = [
            known(["$.o.p.x:text", "$.m#rest"]), known(["$.l[*].x:text"], name: "r__l", at: "$.l[*]"), known([], name: "r__n", at: "$.n[*]"),
            known([], name: "r__q", at: "$.q[*]"), known(["$.q[*][*]:text"], name: "r__q__list", at: "$.q[*][*]"),
        ]
        let warnings = LoadWarnings(resource: resource([try hint(field, .json)]), tables: [staged(["$.o.p.x:text", "$.m#rest"])], known: tables)
        #expect(warnings.sentences == ["\(field) was taken apart into columns or tables by an earlier load and stays so: data_type json changes nothing."])
    }

    @Test("JSON that holds is not told", arguments: ["o", "l[*]", "l[*].value", "t[*].k"])
    func jsonHolds(_ field: String) throws {
        let warnings = LoadWarnings(
            resource: resource([try hint(field, .json)]), tables: [
                staged(["$.o:json"]), staged(["$.l[*]:json"], name: "r__l", at: "$.l[*]"), staged(["$.t[*].k:json", "$.t[*].o:text"], name: "r__t", at: "$.t[*]"),
            ])
        #expect(warnings.sentences == [])
    }

    @Test("A name that comes after the table is told; one that the table bears is not")
    func tableNames() {
        let nested = [NestedTable(table: [.key("l"), .all], tableName: "Lines")]
        let before = [known(["$.id:text"]), known(["$.l[*]:text"], name: "lines", at: "$.l[*]")]
        let warnings = LoadWarnings(resource: resource(tableName: "other", nested: nested), tables: [staged(["$.id:text"])], known: before)
        #expect(warnings.sentences == ["r has its name since an earlier load and keeps it: table_name other changes nothing."])
        #expect(LoadWarnings(resource: resource(tableName: "R", nested: nested), tables: [staged(["$.id:text"])], known: before).sentences == [])
    }

    @Test("A hint of a field that never came is told once everything was read")
    func strangers() throws {
        let hints = [try hint("nmae", .text), try hint("o", nullable: true), try hint("o.x"), try hint("l[*].y"), try hint("gone[*]"), try hint("zzzzzzzz")]
        let nested = [NestedTable(table: [.key("l"), .all]), NestedTable(table: [.key("none"), .all])]
        var warnings = LoadWarnings(
            resource: resource(hints, nested: nested), tables: [staged(["$.name:text", "$.o.x:text"])], known: [known(["$.l[*].y:text"], name: "r__l", at: "$.l[*]")])
        #expect(warnings.sentences == [
            "no record has had the field 'nmae', of which columns says something. Did you mean 'name'?",
            "no record has had the field 'gone[*]', of which columns says something.", "no record has had the field 'zzzzzzzz', of which columns says something.",
            "no record has had elements in 'none[*]', of which nested_hints says something.",
        ])
        warnings.isComplete = false
        #expect(warnings.sentences == [])
        warnings.isComplete = true
        warnings.tables = []
        #expect(warnings.sentences == [], "without rows nothing can be told")
    }

    @Test("A hint of a type for scalars is told where nothing but objects and lists came")
    func scalarsOnly() throws {
        let hints = [try hint("o", .bigint), try hint("l", .text), try hint("m[*]", .date), try hint("both", .text), try hint("o.x", .text), try hint("j", .json)]
        let warnings = LoadWarnings(
            resource: resource(hints), tables: [staged(["$.o.x:text", "$.both.y:text", "$.both:text", "$.j:json"]), staged(["$.m[*].k:text"], name: "r__m", at: "$.m[*]")],
            known: [known(["$.l[*]:text"], name: "r__l", at: "$.l[*]")])
        #expect(warnings.sentences == ["o", "l", "m[*]"].enumerated().map { index, place in
            "\(place) holds objects or lists, which are taken apart into columns or tables, and no other value: data_type \(["bigint", "text", "date"][index]) changes nothing."
        })
    }

    @Test("A field that a contract discards, or a rule leaves out, has come")
    func leftOut() throws {
        let hints = [try hint("a", .text), try hint("t[*].x", .text), try hint("gone", .text), try hint("ssn.x", .text)]
        var resource = resource(hints, nested: [NestedTable(table: [.key("t"), .all])])
        resource.fieldRules.personal = [PersonalField(field: FieldReference(field: ["ssn"]), action: .drop)]
        var met = MetPlaces()
        met.hints = [0]
        met.discardedTables = [path("$.t[*]")]
        let warnings = LoadWarnings(resource: resource, tables: [staged(["$.id:text"])], met: met)
        #expect(warnings.sentences == ["no record has had the field 'gone', of which columns says something."])
    }

    // MARK: Rules

    private func rule(_ field: String, _ action: PersonalField.Action? = nil, known: Bool = false, near: String? = nil) -> UnmetRules.Rule {
        UnmetRules.Rule(field: FieldReference(field: [field]), action: action, isKnown: known, nearest: near)
    }

    @Test("A rule that no record has met is told once everything was read; one for personal data of which no load had the field leaves a doubt")
    func rules() {
        let unmet = UnmetRules(
            include: [rule("nmae", near: "name")], exclude: [rule("raw")], personal: [rule("mail", .hash, known: true, near: "email"), rule("emial", .redact, near: "email")])
        let told = [
            "no record has had the field 'nmae', of which fields.include says something. Did you mean 'name'?",
            "no record has had the field 'raw', of which fields.exclude says something.",
            "no record of this load has had the field 'mail', of which fields.personal says something; earlier loads had it. Was it renamed? "
                + "Then what came under its new name stands in the lake as it came. Did you mean 'email'?",
        ]
        #expect(LoadWarnings(resource: resource(), tables: [], unmet: unmet).sentences == told)
        #expect(LoadWarnings(resource: resource(), tables: [], isComplete: false, unmet: unmet).sentences == [])

        var walk = WalkSummary(paginator: .auto)
        walk.ends = [.ended(.cursorNull)]
        var verdict = Verdict(resource(), walk, distinct: 5, parent: nil)
        verdict.judge(unmet)
        #expect(verdict.outcome == .partial && verdict.isReadToEnd && verdict.findings == [
            "no record has had the field 'emial', which fields.personal says to redact: what it is meant for may stand in the lake as it came, "
                + "under another name. Did you mean 'email'? Correct the rule, or remove it if there is no such field.",
        ])
        var partial = Verdict(resource(), walk, distinct: 5, parent: nil)
        partial.doubt("something else")
        partial.judge(unmet)
        #expect(partial.findings == ["something else"] && !partial.isReadToEnd)
    }
}
