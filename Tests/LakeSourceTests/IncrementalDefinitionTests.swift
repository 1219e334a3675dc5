import LakeJSON
import LakeModel
import LakeSource
import Testing

private let start = Template(parts: [.incremental(.startValue)], description: "{incremental.start_value}")
private let end = Template(parts: [.incremental(.endValue)], description: "{incremental.end_value}")

/// The incremental of an endpoint with these further keys.
private func incremental(_ keys: String) throws -> Incremental? { try endpoint("{\"incremental\":{\"cursor_path\":\"at\"\(keys)}}").incremental }

private func fault(_ name: String, _ keys: String, _ sentences: String...) -> FaultCase {
    var fault = FaultCase(name, definition("{\"name\":\"r\",\"primary_key\":\"id\",\"endpoint\":{\"incremental\":{\(keys)}}}"))
    fault.sentences = sentences.map { "resources[0].endpoint.incremental" + $0 }
    return fault
}

@Suite struct IncrementalDefinitionTests {
    static let readings: [(String, Incremental)] = [
        ("", Incremental(cursorPath: keys("at"))),
        (",\"initial_value\":\"2026-01-01\",\"end_value\":\"2026-02-01\"", Incremental(cursorPath: keys("at"), initialValue: "2026-01-01", endValue: "2026-02-01")),
        (",\"initial_value\":1704067200,\"last_value_func\":\"min\",\"lag\":3600,\"row_order\":\"desc\"",
            Incremental(cursorPath: keys("at"), initialValue: 1_704_067_200, lastValueFunction: .min, lag: 3600, rowOrder: .desc)),
        (",\"start_param\":\"since\",\"end_param\":\"until\",\"convert\":\"epoch_seconds\"",
            Incremental(cursorPath: keys("at"), startParam: "since", endParam: "until", format: .epochSeconds)),
        (",\"on_cursor_value_missing\":\"include\",\"range_start\":\"open\",\"range_end\":\"closed\",\"allow_external_schedulers\":false,\"lag\":0",
            Incremental(cursorPath: keys("at"), onMissing: .include, startIsClosed: false, endIsClosed: true)),
        (",\"convert\":\"iso_date\",\"end_value\":null,\"on_cursor_value_missing\":\"exclude\",\"row_order\":\"asc\"",
            Incremental(cursorPath: keys("at"), rowOrder: .asc, format: .isoDate, onMissing: .exclude)),
    ]

    @Test("An incremental has dlt's options and defaults", arguments: readings)
    func reads(_ keys: String, _ expected: Incremental) throws {
        let r = try resource("{\"name\":\"r\",\"primary_key\":\"id\",\"endpoint\":{\"incremental\":{\"cursor_path\":\"at\"\(keys)}}}")
        #expect(r.incremental == expected)
        let same = try resource("{\"name\":\"r\",\"primary_key\":\"id\",\"incremental\":{\"cursor_path\":\"at\"\(keys)}}")
        #expect(same.incremental == expected && same.request == r.request)
    }

    @Test("Start and end are parameters behind the others, or in the place of one of that name")
    func params() throws {
        let r = try endpoint("{\"params\":{\"since\":\"x\",\"limit\":5},\"incremental\":{\"cursor_path\":\"at\",\"start_param\":\"since\",\"end_param\":\"until\"}}")
        #expect(r.request.params == [RequestField("limit", "5"), RequestField("since", .template(start)), RequestField("until", .template(end))])
    }

    @Test("A parameter of the type incremental declares the cursor, and is its start")
    func parameter() throws {
        let r = try endpoint("{\"params\":{\"since\":{\"type\":\"incremental\",\"cursor_path\":\"updated_at\",\"initial_value\":\"2026-01-01\",\"convert\":\"epoch_milliseconds\"},\"limit\":5}}")
        #expect(r.request.params == [RequestField("since", .template(start)), RequestField("limit", "5")])
        #expect(r.incremental == Incremental(cursorPath: keys("updated_at"), initialValue: "2026-01-01", startParam: "since", format: .epochMilliseconds))
    }

    @Test("Its values stand anywhere in the request", arguments: IncrementalValue.allCases)
    func values(_ value: IncrementalValue) throws {
        let place = "{incremental.\(value.rawValue)}"
        let r = try endpoint("{\"path\":\"x/\(place)\",\"headers\":{\"X\":\"\(place)\"},\"json\":{\"from\":\"\(place)\"},\"incremental\":{\"cursor_path\":\"at\"}}")
        let template = Template(parts: [.incremental(value)], description: place)
        #expect(r.request.path.parts == [.text("x/"), .incremental(value)])
        #expect(r.request.headers == [RequestField("X", .template(template))])
        #expect(r.request.body == .json(.object([.init("from", .text(template))])))
    }

    static let dispositions: [(String, WriteDisposition)] = [
        ("", .replace), (",\"primary_key\":\"id\"", .merge), (",\"incremental\":{\"cursor_path\":\"at\"}", .append),
        (",\"primary_key\":\"id\",\"incremental\":{\"cursor_path\":\"at\",\"lag\":1}", .merge), (",\"primary_key\":\"id\",\"write_disposition\":\"append\"", .append),
        (",\"write_disposition\":{\"disposition\":\"replace\"}", .replace),
        (",\"primary_key\":\"id\",\"write_disposition\":{\"disposition\":\"merge\",\"strategy\":\"delete-insert\"}", .merge),
        (",\"primary_key\":\"id\",\"write_disposition\":{\"disposition\":\"merge\",\"strategy\":\"upsert\"}", .merge),
        (",\"write_disposition\":\"replace\",\"incremental\":{\"cursor_path\":\"at\",\"lag\":1}", .replace),
    ]

    @Test("With a key rows merge, with a cursor alone they are appended, else the table is replaced", arguments: dispositions)
    func disposition(_ keys: String, _ expected: WriteDisposition) throws {
        #expect(try resource("{\"name\":\"r\"\(keys)}").writeDisposition == expected)
    }

    @Test("A lag without merge is read, with a warning that rows come twice", arguments: [
        ("\"incremental\":{\"cursor_path\":\"a\",\"lag\":1}", "incremental.lag"),
        ("\"primary_key\":\"id\",\"write_disposition\":\"append\",\"endpoint\":{\"params\":{\"s\":{\"type\":\"incremental\",\"cursor_path\":\"a\",\"lag\":1}}}",
            "endpoint.params.s.lag"),
    ])
    func lagWithoutMerge(_ keys: String, _ place: String) throws {
        let text = "{\"client\":{\"base_url\":\"https://a.example\"},\"resources\":[{\"name\":\"r\",\(keys)}]}"
        let read = try Source.read(definition: PageBytes(text), named: "r.json")
        #expect(read.warnings.map(\.path) == ["resources[0].\(place)"])
        #expect(read.warnings.allSatisfy { $0.sentence.contains("they would come twice") })
    }

    static let cases: [FaultCase] = [
        fault("no cursor path", "\"initial_value\":1", ": the key 'cursor_path' is missing; expected where the value stands in a record, such as updated_at."),
        fault("many cursors", "\"cursor_path\":\"a[*].b\"", ".cursor_path: the selector 'a[*].b' can match many values; expected one value."),
        fault("an initial value of another kind", "\"cursor_path\":\"a\",\"initial_value\":true", ".initial_value: expected a text or a number, found true or false."),
        fault("two kinds of values", "\"cursor_path\":\"a\",\"initial_value\":1,\"end_value\":\"2\"", ".end_value: expected a number, as 'initial_value' is, found a text."),
        fault("a function for the last value", "\"cursor_path\":\"a\",\"last_value_func\":\"latest\"", ".last_value_func: unknown name 'latest'. Known here: max, min."),
        fault("a function to convert", "\"cursor_path\":\"a\",\"convert\":\"to_iso\"", ".convert: unknown name 'to_iso'. Known here: epoch_seconds, epoch_milliseconds, iso, iso_date."),
        fault("dlt's old name", "\"cursor_path\":\"a\",\"transform\":\"iso\",\"param\":\"x\"", ".transform: not supported by this version. Instead: 'convert'.",
            ".param: not supported by this version. Instead: 'start_param'."),
        fault("a lag backwards", "\"cursor_path\":\"a\",\"lag\":-1", ".lag: expected a number of at least 0: seconds of a timestamp, days of a date, units of a number, found '-1'."),
        fault("a lag in words", "\"cursor_path\":\"a\",\"lag\":\"1h\"", ".lag: expected a number of at least 0: seconds of a timestamp, days of a date, units of a number, found a text."),
        fault("an order", "\"cursor_path\":\"a\",\"row_order\":\"up\"", ".row_order: unknown name 'up'. Known here: asc, desc."),
        fault("a missing value", "\"cursor_path\":\"a\",\"on_cursor_value_missing\":\"drop\"", ".on_cursor_value_missing: unknown name 'drop'. Known here: raise, include, exclude."),
        fault("an end that is neither", "\"cursor_path\":\"a\",\"range_end\":\"shut\"", ".range_end: unknown name 'shut'. Known here: closed, open."),
        fault("one parameter for both ends", "\"cursor_path\":\"a\",\"start_param\":\"p\",\"end_param\":\"p\"", ".end_param: expected another parameter than 'start_param', found 'p'."),
        fault("another key", "\"cursor_path\":\"a\",\"primary_key\":\"uid\"", ".primary_key: expected the primary_key of the resource, or none."),
        fault("its own key", "\"cursor_path\":\"a\",\"primary_key\":[\"id\"]"),
        fault("a scheduler", "\"cursor_path\":\"a\",\"allow_external_schedulers\":true", ".allow_external_schedulers: not supported by this version. Instead: --from and --to."),
        .resource("two cursors", "\"incremental\":{\"cursor_path\":\"a\"},\"endpoint\":{\"incremental\":{\"cursor_path\":\"b\"}}",
            ".incremental: cannot be given together with the 'incremental' at resources[0].endpoint.incremental; keep one of them."),
        .resource("two parameters", "\"endpoint\":{\"params\":{\"s\":{\"type\":\"incremental\",\"cursor_path\":\"a\"},\"t\":{\"type\":\"incremental\",\"cursor_path\":\"a\"}}}",
            ".endpoint.params.t: cannot be given together with the 'incremental' at resources[0].endpoint.params.s; keep one of them."),
        .resource("both ends in a parameter", "\"endpoint\":{\"params\":{\"s\":{\"type\":\"incremental\",\"cursor_path\":\"a\",\"end_value\":1,\"start_param\":\"x\"}}}",
            ".endpoint.params.s.end_value: not supported by this version. Instead: 'incremental' of the endpoint, which has both ends.",
            ".endpoint.params.s.start_param: not supported by this version. Instead: leave it out; the parameter itself is the start parameter."),
    ]

    @Test("Every fault of an incremental is told", arguments: cases)
    func faults(_ c: FaultCase) { #expect(sentences(c.text) == c.sentences) }
}
