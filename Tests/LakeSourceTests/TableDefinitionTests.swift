import LakeModel
import LakeSource
import Testing

@Suite struct TableDefinitionTests {
    /// Of resource `r`, with these contracts of the document, the defaults and the resource.
    private func contract(_ document: String?, _ defaults: String?, _ own: String?) throws -> SchemaContract {
        func key(_ text: String?) -> String { text.map { ",\"schema_contract\":\($0)" } ?? "" }
        let text = "{\"client\":{\"base_url\":\"https://a.example\"}\(key(document)),\"resource_defaults\":{\"selected\":true\(key(defaults))},"
            + "\"resources\":[{\"name\":\"r\"\(key(own))}]}"
        return try #require(try read(text).source.resources.first).contract
    }

    static let contracts: [(String?, String?, String?, SchemaContract)] = [
        (nil, nil, nil, SchemaContract()),
        (nil, nil, "\"freeze\"", SchemaContract(tables: .freeze, columns: .freeze, dataType: .freeze)),
        ("\"discard_row\"", nil, nil, SchemaContract(tables: .discardRow, columns: .discardRow, dataType: .discardRow)),
        ("\"freeze\"", "{\"columns\":\"evolve\"}", "{\"data_type\":\"discard_value\"}", SchemaContract(tables: .freeze, columns: .evolve, dataType: .discardValue)),
        ("{\"tables\":\"freeze\"}", "\"discard_row\"", "{\"tables\":\"evolve\"}", SchemaContract(tables: .evolve, columns: .discardRow, dataType: .discardRow)),
        ("{\"tables\":\"freeze\"}", "\"discard_row\"", "null", SchemaContract(tables: .freeze)),
        ("\"freeze\"", nil, "{\"tables\":null}", SchemaContract(tables: .freeze, columns: .freeze, dataType: .freeze)),
    ]

    @Test("An inner contract takes the place of an outer one, part by part", arguments: contracts)
    func layers(_ document: String?, _ defaults: String?, _ own: String?, _ expected: SchemaContract) throws {
        #expect(try contract(document, defaults, own) == expected)
    }

    @Test("Hints of a child table are a contract, a name, and columns with the table before them")
    func nested() throws {
        let resource = try resource("""
            {"name": "r", "schema_contract": {"tables": "freeze"}, "columns": {"tags[*].id": {"data_type": "bigint"}}, "nested_hints": {
              "tags": {"schema_contract": {"columns": "discard_value"}, "table_name": "labels", "columns": {"name": {"data_type": "text"}, "$": {"nullable": false}, "parts[*].n": {"data_type": "date"}}},
              "a.b[*].c": {"columns": [{"name": "d.e", "data_type": "json"}]}, "lists[*][*]": {"schema_contract": "freeze"}, "empty": {}, "none": null}}
            """)
        let tags = FieldReference(table: [.key("tags"), .all], field: [])
        #expect(resource.nestedTables == [
            NestedTable(table: tags.table, contract: SchemaContract(tables: .freeze, columns: .discardValue), tableName: "labels"),
            NestedTable(table: [.key("lists"), .all, .all], contract: SchemaContract(tables: .freeze, columns: .freeze, dataType: .freeze)),
        ])
        #expect(resource.columns == [
            ColumnHint(field: FieldReference(table: tags.table, field: ["id"]), dataType: .bigint), ColumnHint(field: FieldReference(table: tags.table, field: ["name"]), dataType: .text),
            ColumnHint(field: tags, isNullable: false),
            ColumnHint(field: FieldReference(table: [.key("tags"), .all, .key("parts"), .all], field: ["n"]), dataType: .date),
            ColumnHint(field: FieldReference(table: [.key("a"), .key("b"), .all, .key("c"), .all], field: ["d", "e"]), dataType: .json),
        ])
    }

    @Test("A resource may name its table and bound the columns of an object")
    func names() throws {
        let named = try resource("{\"name\":\"v3/requests\",\"table_name\":\"requests\",\"max_columns_per_path\":50}", after: "\"other\"")
        #expect(named.tableName == "requests" && named.maxColumnsPerPath == 50)
        #expect(try resource("\"r\"").tableName == nil && resource("\"r\"").maxColumnsPerPath == nil)
    }

    static let faults: [FaultCase] = [
        .resource("a contract", "\"schema_contract\":1", ".schema_contract: expected a mode or an object, found a number."),
        .resource("an unknown mode", "\"schema_contract\":\"freezed\"",
            ".schema_contract: unknown name 'freezed'. Did you mean 'freeze'? Known here: evolve, freeze, discard_row, discard_value."),
        .resource("an unknown entity", "\"schema_contract\":{\"table\":\"freeze\",\"columns\":\"discard\",\"data_type\":1}",
            ".schema_contract.table: unknown key. Did you mean 'tables'? Known here: tables, columns, data_type.",
            ".schema_contract.columns: unknown name 'discard'. Known here: evolve, freeze, discard_row, discard_value.",
            ".schema_contract.data_type: expected a name, found a number."),
        .resource("child tables that are none", "\"nested_hints\":{\"tags\":1,\"t[0]\":{},\"$\":{}}", ".nested_hints.tags: expected an object, found a number.",
            ".nested_hints['t[0]']: expected a field of the records, such as name, customer.name or tags[*].name, found 't[0]'.",
            ".nested_hints['$']: expected a field of the records, such as name, customer.name or tags[*].name, found '$'."),
        .resource("a list of child tables", "\"nested_hints\":[]", ".nested_hints: expected an object, found a list."),
        .resource("a child table twice", "\"nested_hints\":{\"tags\":{},\"tags[*]\":{}}", ".nested_hints['tags[*]']: 'tags[*]' is declared already at resources[0].nested_hints.tags."),
        .resource("a child column twice", "\"columns\":{\"tags[*].id\":{}},\"nested_hints\":{\"tags\":{\"columns\":{\"id\":{}}}}",
            ".nested_hints.tags.columns.id: 'tags[*].id' is declared already at resources[0].columns['tags[*].id']."),
        .resource("a key of child rows", "\"nested_hints\":{\"tags\":{\"primary_key\":\"id\",\"columns\":{\"id\":{\"primary_key\":true}},\"max_table_nesting\":1}}",
            ".nested_hints.tags.primary_key: not supported by this version. Instead: leave it out; the rows of a child table belong to their record.",
            ".nested_hints.tags.max_table_nesting: not supported by this version. Instead: a column of data_type 'json', which is not taken apart, or max_table_nesting of the resource.",
            ".nested_hints.tags.columns.id.primary_key: not supported by this version. Instead: leave it out; the rows of a child table belong to their record."),
        .resource("hints below what is kept as JSON", "\"columns\":{\"a\":{\"data_type\":\"json\"},\"a.b\":{\"data_type\":\"text\"},\"t\":{\"data_type\":\"json\"}},"
            + "\"nested_hints\":{\"t\":{\"schema_contract\":\"freeze\",\"columns\":{\"x\":{\"nullable\":false}}}}",
            ".columns['a.b']: cannot be given together with resources[0].columns.a, which keeps all below it as JSON; keep one of them.",
            ".nested_hints.t.columns.x: cannot be given together with resources[0].columns.t, which keeps all below it as JSON; keep one of them.",
            ".columns.t: cannot be given together with 't[*]' in 'nested_hints', which takes it apart; keep one of them."),
        .resource("a table's name", "\"table_name\":\"a.b\"", ".table_name: expected a name of letters, digits, '_' and '-', at most 63 bytes long, found 'a.b'."),
        FaultCase("the name of another resource's table", definition("{\"name\":\"a\",\"table_name\":\"b\"},\"b\",{\"name\":\"c\",\"table_name\":\"myTable\"},"
            + "{\"name\":\"d\",\"nested_hints\":{\"t\":{\"table_name\":\"my_table\"}}}"),
            "resources[0].table_name: the table 'b' is already that of resources[1]; a table belongs to one resource.",
            "resources[3].nested_hints.t.table_name: the table 'my_table' is already that of resources[2].table_name; a table belongs to one resource."),
        FaultCase("one name for all", definition("\"a\",\"b\"", defaults: "{\"table_name\":\"t\"}"),
            "resource_defaults.table_name: the table 't' is already that of resource_defaults.table_name; a table belongs to one resource."),
        FaultCase("a contract of the document", "{\"client\":{\"base_url\":\"https://a.example\"},\"schema_contract\":\"freez\",\"resources\":[\"r\"]}",
            "schema_contract: unknown name 'freez'. Did you mean 'freeze'? Known here: evolve, freeze, discard_row, discard_value."),
    ]

    @Test("Every fault of a table is told", arguments: faults)
    func tells(_ c: FaultCase) { #expect(sentences(c.text) == c.sentences) }
}
