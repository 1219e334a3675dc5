import LakeModel
import LakeSource
import Testing

/// A column of resource `r`.
private func column(_ hint: String, named name: String = "a") throws -> ColumnHint? {
    try resource("{\"name\":\"r\",\"columns\":{\"\(name)\":\(hint)}}").columns.first
}

@Suite struct ColumnDefinitionTests {
    private static let a = FieldReference(field: ["a"])

    static let hints: [(String, ColumnHint)] = [
        ("{\"data_type\":\"text\"}", ColumnHint(field: a, dataType: .text)),
        ("{\"data_type\":\"double\"}", ColumnHint(field: a, dataType: .double)),
        ("{\"data_type\":\"bool\"}", ColumnHint(field: a, dataType: .boolean)),
        ("{\"data_type\":\"bigint\",\"precision\":32}", ColumnHint(field: a, dataType: .bigint)),
        ("{\"data_type\":\"json\"}", ColumnHint(field: a, dataType: .json)),
        ("{\"data_type\":\"date\"}", ColumnHint(field: a, dataType: .date)),
        ("{\"data_type\":\"time\",\"timezone\":false}", ColumnHint(field: a, dataType: .time)),
        ("{\"data_type\":\"timestamp\",\"precision\":3,\"timezone\":true}", ColumnHint(field: a, dataType: .timestamp)),
        ("{\"data_type\":\"timestamp\",\"timezone\":false}", ColumnHint(field: a, dataType: .timestampNTZ)),
        ("{\"data_type\":\"timestamp_ntz\",\"timezone\":null}", ColumnHint(field: a, dataType: .timestampNTZ)),
        ("{\"data_type\":\"decimal\"}", ColumnHint(field: a, dataType: .decimal(.usual))),
        ("{\"data_type\":\"decimal\",\"precision\":12}", ColumnHint(field: a, dataType: DecimalSize(precision: 12, scale: 9).map { .decimal($0) })),
        ("{\"data_type\":\"decimal\",\"scale\":0}", ColumnHint(field: a, dataType: DecimalSize(precision: 38, scale: 0).map { .decimal($0) })),
        ("{\"data_type\":\"decimal\",\"precision\":1,\"scale\":1}", ColumnHint(field: a, dataType: DecimalSize(precision: 1, scale: 1).map { .decimal($0) })),
        ("{\"nullable\":false,\"description\":\"An amount\"}", ColumnHint(field: a, isNullable: false, description: "An amount")),
        ("{\"timestamp_format\":\"epoch_seconds\"}", ColumnHint(field: a, dataType: .timestamp, timestampFormat: .epochSeconds)),
        ("{\"timestamp_format\":\"epoch_milliseconds\",\"data_type\":\"timestamp\"}", ColumnHint(field: a, dataType: .timestamp, timestampFormat: .epochMilliseconds)),
        ("{\"timestamp_format\":\"epoch_microseconds\"}", ColumnHint(field: a, dataType: .timestamp, timestampFormat: .epochMicroseconds)),
        ("{\"timestamp_format\":\"iso\"}", ColumnHint(field: a, dataType: .timestamp, timestampFormat: .iso)),
        ("{\"timestamp_format\":\"%d/%m/%Y %H:%M\"}", ColumnHint(field: a, dataType: .timestamp, timestampFormat: .pattern("%d/%m/%Y %H:%M"))),
        ("{\"timestamp_format\":\"%d.%m.%y\"}", ColumnHint(field: a, dataType: .date, timestampFormat: .pattern("%d.%m.%y"))),
        ("{\"timestamp_format\":\"%I:%M %p\",\"data_type\":\"time\"}", ColumnHint(field: a, dataType: .time, timestampFormat: .pattern("%I:%M %p"))),
        ("{\"null_values\":[\"\",\"NA\",\"NA\"]}", ColumnHint(field: a, nullValues: ["", "NA"])),
        ("{\"name\":\"a\",\"data_type\":\"text\",\"unique\":true,\"sort\":\"asc\",\"partition\":true,\"cluster\":false,\"x-note\":{\"b\":1},\"merge_key\":false,\"row_key\":null}",
            ColumnHint(field: a, dataType: .text)),
    ]

    @Test("A hint says what a column is", arguments: hints)
    func reads(_ text: String, _ hint: ColumnHint) throws { #expect(try column(text) == hint) }

    @Test("What changes nothing is no hint", arguments: ["{}", "null", "{\"unique\":true}", "{\"x-a\":1}", "{\"null_values\":[]}", "{\"primary_key\":true}"])
    func nothing(_ text: String) throws { #expect(try column(text) == nil) }

    @Test("A key is a column's name or the place of a field", arguments: [
        ("customer__tier", FieldReference(field: ["customer__tier"])), ("customer.tier", FieldReference(field: ["customer", "tier"])),
        ("tags[*].name", FieldReference(table: [.key("tags"), .all], field: ["name"])), ("tags[*]", FieldReference(table: [.key("tags"), .all], field: [])),
        ("a.b[*][*].c.d", FieldReference(table: [.key("a"), .key("b"), .all, .all], field: ["c", "d"])), ("['odd key']", FieldReference(field: ["odd key"])),
        ("$.a", FieldReference(field: ["a"])),
    ])
    func keys(_ key: String, _ field: FieldReference) throws { #expect(try column("{\"nullable\":false}", named: key)?.field == field) }

    @Test("A list reads as an object does")
    func list() throws {
        let listed = try resource("{\"name\":\"r\",\"columns\":[{\"name\":\"a\",\"data_type\":\"text\"},{\"name\":\"b.c\",\"nullable\":false}]}")
        let keyed = try resource("{\"name\":\"r\",\"columns\":{\"a\":{\"data_type\":\"text\"},\"b.c\":{\"nullable\":false}}}")
        #expect(listed.columns == keyed.columns && listed.columns.count == 2)
    }

    @Test("Columns are merged hint by hint with the defaults, by name or place; null takes away")
    func merged() throws {
        let defaults = "{\"columns\":{\"a__b\":{\"data_type\":\"text\",\"nullable\":false},\"c\":{\"data_type\":\"date\"}}}"
        let own = try resource("{\"name\":\"r\",\"columns\":[{\"name\":\"a.b\",\"data_type\":\"bigint\"},{\"name\":\"c\",\"data_type\":null},{\"name\":\"d\",\"data_type\":\"time\"}]}", defaults: defaults)
        #expect(own.columns == [
            ColumnHint(field: FieldReference(field: ["a", "b"]), dataType: .bigint, isNullable: false), ColumnHint(field: FieldReference(field: ["d"]), dataType: .time),
        ])
        #expect(try resource("\"r\"", defaults: defaults).columns.count == 2)
        #expect(try resource("{\"name\":\"r\",\"columns\":null}", defaults: defaults).columns.isEmpty)
    }

    @Test("Columns marked as keys are the primary key, or stand in it")
    func primaryKey() throws {
        let marked = try resource("{\"name\":\"r\",\"columns\":{\"org.id\":{\"primary_key\":true},\"id\":{\"primary_key\":true,\"data_type\":\"text\"},\"x\":{\"primary_key\":false}}}")
        #expect(marked.primaryKey.map(\.description) == ["org.id", "id"] && marked.writeDisposition == .merge)
        let both = try resource("{\"name\":\"r\",\"primary_key\":[\"org.id\",\"id\"],\"columns\":{\"org__id\":{\"primary_key\":true}}}")
        #expect(both.primaryKey.map(\.description) == ["org.id", "id"])
        #expect(try resource("{\"name\":\"r\",\"write_disposition\":\"merge\",\"columns\":{\"id\":{\"primary_key\":true}}}").writeDisposition == .merge)
    }

    private static func columns(_ name: String, _ columns: String, _ sentences: String...) -> FaultCase {
        var fault = FaultCase.resource(name, "\"columns\":\(columns)")
        fault.sentences = sentences.map { "resources[0].columns" + $0 }
        return fault
    }

    private static let hintKeys = "name, data_type, precision, scale, timezone, nullable, primary_key, description, timestamp_format, null_values, unique, sort, "
        + "partition, cluster, foreign_key"
    private static let types = "text, double, bool, timestamp, timestamp_ntz, bigint, json, decimal, date, time"

    static let shapes: [FaultCase] = [
        columns("columns that are none", "\"a\"", ": expected an object or a list of columns, found a text."),
        columns("a hint that is none", "{\"a\":\"text\"}", ".a: expected an object, found a text."),
        columns("no name", "[{\"data_type\":\"text\"}]", "[0]: the key 'name' is missing; expected the column's name, or its place in a record."),
        columns("another name", "{\"a\":{\"name\":\"b\"}}", ".a.name: expected the name 'a', under which the column stands, found 'b'."),
        columns("no selector", "{\"a b\":{}}", "['a b']: the selector 'a b' holds ' b', which is not supported. Supported: a.b, $, ['x'], [*], [0]."),
        columns("one of many, and the record itself", "{\"a[0].b\":{},\"$\":{}}",
            "['a[0].b']: expected a field of the records, such as name, customer.name or tags[*].name, found 'a[0].b'.",
            "['$']: expected a field of the records, such as name, customer.name or tags[*].name, found '$'."),
        columns("an unknown hint", "{\"a\":{\"datatype\":\"text\"}}", ".a.datatype: unknown key. Did you mean 'data_type'? Known here: \(hintKeys)."),
        columns("the same column by name and place", "{\"customer__tier\":{},\"customer.tier\":{},\"fooBar\":{},\"foo_bar\":{},\"fooBar[*]\":{}}",
            "['customer.tier']: 'customer.tier' is declared already at resources[0].columns.customer__tier.",
            ".foo_bar: 'foo_bar' is declared already at resources[0].columns.fooBar."),
        columns("a name twice", "[{\"name\":\"a\"},{\"name\":\"a\"}]", "[1]: 'a' is declared already at resources[0].columns[0]."),
        columns("kinds", "{\"a\":{\"data_type\":1,\"nullable\":\"no\",\"description\":1,\"timestamp_format\":5,\"null_values\":\"NA\",\"primary_key\":1,\"unique\":\"yes\",\"sort\":2}}",
            ".a.data_type: expected a text, found a number.", ".a.timestamp_format: expected a format, found a number.", ".a.nullable: expected true or false, found a text.",
            ".a.description: expected a text, found a number.", ".a.null_values: expected a list of texts, found a text.",
            ".a.unique: expected true or false, found a text.", ".a.sort: expected true, false, 'asc' or 'desc', found a number.",
            ".a.primary_key: expected true or false, found a number."),
        columns("hints of dlt that mean something else", "{\"a\":{\"merge_key\":true,\"hard_delete\":true}}",
            ".a.merge_key: not supported by this version. Instead: 'primary_key' and write_disposition 'merge'.",
            ".a.hard_delete: not supported by this version. Instead: leave it out; a deleted record stays in the lake with its mark, and a query leaves it out."),
        columns("a key of child rows", "{\"tags[*].id\":{\"primary_key\":true}}",
            "['tags[*].id'].primary_key: not supported by this version. Instead: leave it out; the rows of a child table belong to their record."),
        .resource("another primary key", "\"primary_key\":\"id\",\"columns\":{\"code\":{\"primary_key\":true}}",
            ".columns.code.primary_key: cannot be given together with the primary_key at resources[0].primary_key, which does not hold it; keep one of them."),
    ]

    static let values: [FaultCase] = [
        columns("types of other systems", "{\"a\":{\"data_type\":\"binary\"},\"b\":{\"data_type\":\"wei\"},\"c\":{\"data_type\":\"string\"},\"d\":{\"data_type\":\"bigin\"}}",
            ".a.data_type: not supported by this version. Instead: text, which keeps base64 as it stands.",
            ".b.data_type: not supported by this version. Instead: decimal with scale 0, or text where 38 digits are too few.",
            ".c.data_type: not supported by this version. Instead: text.", ".d.data_type: unknown name 'bigin'. Did you mean 'bigint'? Known here: \(types)."),
        columns("sizes", "{\"a\":{\"data_type\":\"decimal\",\"precision\":39},\"b\":{\"data_type\":\"decimal\",\"precision\":4,\"scale\":5},"
            + "\"c\":{\"data_type\":\"decimal\",\"precision\":4},\"d\":{\"data_type\":\"decimal\",\"scale\":\"2\"},\"e\":{\"data_type\":\"decimal\",\"precision\":0}}",
            ".a.precision: expected a whole number from 1 to 38, found '39'.", ".b.scale: expected a whole number from 0 to 4, which is the precision, found '5'.",
            ".c: the key 'scale' is missing; expected the digits behind the point, for the usual 9 are more than the precision.",
            ".d.scale: expected a whole number from 0 to 38, which is the precision, found a text.", ".e.precision: expected a whole number from 1 to 38, found '0'."),
        columns("sizes of what has none", "{\"a\":{\"precision\":5,\"timezone\":false},\"b\":{\"data_type\":\"double\",\"precision\":5,\"scale\":2},\"c\":{\"data_type\":\"text\",\"precision\":-1}}",
            ".a.precision: needs 'data_type', which is not given.", ".a.timezone: needs 'data_type', which is not given.",
            ".b.scale: expected 'scale' only with the data_type 'decimal'.", ".b.precision: expected 'precision' only with the data_type 'decimal'.",
            ".c.precision: expected a whole number of at least 0, found '-1'."),
        columns("zones", "{\"a\":{\"data_type\":\"timestamp_ntz\",\"timezone\":true},\"b\":{\"data_type\":\"bool\",\"timezone\":false}}",
            ".a.timezone: cannot be given together with the data_type 'timestamp_ntz'; keep one of them.",
            ".b.timezone: cannot be given together with the data_type 'bool'; keep one of them."),
        columns("formats of other types", "{\"a\":{\"data_type\":\"bigint\",\"timestamp_format\":\"epoch_seconds\"},\"b\":{\"data_type\":\"timestamp\",\"timestamp_format\":\"%Y-%m-%d\"},"
            + "\"c\":{\"data_type\":\"timestamp\",\"timezone\":false,\"timestamp_format\":\"iso\"}}",
            ".a.timestamp_format: cannot be given together with the data_type 'bigint', for it makes a timestamp; keep one of them.",
            ".b.timestamp_format: cannot be given together with the data_type 'timestamp', for it makes a date; keep one of them.",
            ".c.timestamp_format: cannot be given together with the data_type 'timestamp_ntz', for it makes a timestamp; keep one of them."),
        columns("formats that are none", "{\"a\":{\"timestamp_format\":\"epoch_second\"},\"b\":{\"timestamp_format\":\"%d/%m/%Q\"}}",
            ".a.timestamp_format: unknown name 'epoch_second'. Did you mean 'epoch_seconds'? Known here: epoch_seconds, epoch_milliseconds, epoch_microseconds, iso, "
                + "a pattern such as %d/%m/%Y %H:%M.",
            ".b.timestamp_format: the pattern holds '%Q', which is not read. Known here: %Y, %y, %m, %B, %b, %d, %j, %H, %I, %p, %M, %S, %f, %z, and %% for a percent sign."),
        columns("null values", "{\"a\":{\"data_type\":\"json\",\"null_values\":[\"NA\"]},\"b\":{\"null_values\":[null,1]}}",
            ".a.null_values: cannot be given together with the data_type 'json', which keeps every value as it stands; keep one of them.",
            ".b.null_values[0]: expected a text that stands for null, found null.", ".b.null_values[1]: expected a text that stands for null, found a number."),
    ]

    @Test("Every fault of a hint is told", arguments: shapes + values)
    func faults(_ c: FaultCase) { #expect(sentences(c.text) == c.sentences) }
}

@Suite struct TimestampPatternTests {
    @Test("A pattern makes a moment, a date or a time", arguments: [
        ("%Y-%m-%dT%H:%M:%S.%f%z", ColumnType.timestamp), ("%d %b %Y, %I:%M %p", .timestamp), ("%Y%j%H", .timestamp), ("%B %d %y", .date), ("%Y/%j", .date),
        ("%H:%M:%S", .time), ("100%% %H", .time),
    ])
    func types(_ text: String, _ type: ColumnType) throws { #expect(try TimestampPattern(parsing: text).type == type) }

    @Test("Texts stand between the directives, percent signs among them")
    func parts() throws {
        #expect(try TimestampPattern(parsing: "at %H%%:%M h").parts == [.text("at "), .directive(.hour), .text("%:"), .directive(.minute), .text(" h")])
    }

    @Test("A pattern without a meaning is refused", arguments: [
        ("%A %d", PatternFault.unknown("%A")), ("%H:%", .unknown("%")), ("%d.%m.%Y %d", .twice(.day, .day)), ("%m %b %d %Y", .twice(.month, .shortMonthName)),
        ("%Y %y", .twice(.year, .yearOfCentury)), ("%j %d %Y", .twice(.dayOfYear, .day)), ("%H %I %p", .twice(.hour, .hourOfHalf)), ("%H:%M %p", .twice(.hour, .half)),
        ("%I:%M", .needs(.hourOfHalf, [.half])), ("%p", .needs(.half, [.hourOfHalf])), ("%Y-%m-%d %M", .needs(.minute, [.hour, .hourOfHalf])),
        ("%H %S", .needs(.second, [.minute])), ("%H:%M.%f", .needs(.fraction, [.second])), ("%H:%M%z", .needs(.zone, [.day, .dayOfYear])),
        ("%Y-%m-%d%z", .needs(.zone, [.hour, .hourOfHalf])), ("%Y-%m", .needs(.month, [.day])), ("%Y %d", .needs(.day, [.month, .monthName, .shortMonthName])),
        ("%m/%d", .incomplete), ("%Y", .incomplete), ("%Y %H", .incomplete), ("%m/%d %H:%M", .incomplete), ("%%", .incomplete), ("%j %H", .incomplete),
    ])
    func faults(_ text: String, _ fault: PatternFault) { #expect(throws: fault) { try TimestampPattern(parsing: text) } }
}

@Suite struct FieldReferenceTests {
    private static func field(_ text: String) throws -> FieldReference { try #require(FieldReference(Selector(parsing: text))) }

    @Test("Two mean the same field by place, or by the name of its column", arguments: [
        ("a", "a", true), ("a.b", "a__b", true), ("fooBar", "foo_bar", true), ("t[*].a.b", "t[*].a__b", true), ("t[*]", "t[*]", true),
        ("a", "b", false), ("fooBar.x", "foo_bar.x", false), ("t[*].a", "a", false), ("t[*]", "t", false), ("a.b", "b", false),
    ])
    func same(_ one: String, _ other: String, _ isSame: Bool) throws {
        #expect(try Self.field(one).isSame(as: Self.field(other)) == isSame)
        #expect(try Self.field(other).isSame(as: Self.field(one)) == isSame)
    }

    @Test("A field covers itself and all below it", arguments: [
        ("a", "a", true), ("a", "a.b[0].c", true), ("a.b", "a.b", true), ("a__b", "a.b.c", true), ("t[*]", "t[2].x", true), ("t", "t[*].x", true), ("t[*].x__y", "t[0].x.y", true),
        ("fooBar", "foo_bar", true), ("a.b", "a", false), ("a", "ab", false), ("t[*].x", "t[0].y", false), ("a__b", "a", false), ("x", "t[0].x", false),
    ])
    func covers(_ one: String, _ value: String, _ covers: Bool) throws {
        #expect(try Self.field(one).covers(Selector(parsing: value).steps) == covers)
    }

    @Test("Of what is not to come the lists do not count; what is to come may stand in further ones", arguments: [
        ("t.x", "t[0].x", PassedLists.any, true), ("t[*].x", "t.x", .any, true), ("t[*].x", "t[*][*].x", .any, true), ("t[*]", "t", .any, true), ("t[*].a__b", "t.a[*].b", .any, true),
        ("x", "t[0].x", .any, false), ("t[*].x", "t.y", .any, false), ("t.x", "t", .any, false),
        ("t.x", "t[0].x", .further, true), ("t[*].x", "t[*][*].x", .further, true), ("a__b", "a[*].b", .further, true), ("t[*].x", "t.x", .further, false),
        ("t[*]", "t", .further, false), ("x", "[*].x", .further, false), ("t.x", "t[0].x", .exact, false), ("a__b", "a[*].b", .exact, false),
    ])
    func lists(_ one: String, _ value: String, _ passed: PassedLists, _ covers: Bool) throws {
        #expect(try Self.field(one).covers(Selector(parsing: value).steps, through: passed) == covers)
    }
}
