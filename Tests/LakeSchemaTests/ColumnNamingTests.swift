import LakeModel
import LakeNormalize
import LakeSchema
import Testing

@Suite("Names of columns")
struct ColumnNamingTests {
    private func keys(_ keys: [String]) -> String {
        "[{" + keys.enumerated().map { "\"\($1.replacing("\"", with: "\\\""))\":\($0)" }.joined(separator: ",") + "}]"
    }

    private func names(_ lake: SchemaLake, _ table: String = "requests") -> [String] {
        lake.version(table)?.columns.filter { !$0.isSystem }.map(\.name) ?? []
    }

    /// 69 bytes; a second one shares the first 66.
    private static let long = "a_name_that_goes_on_and_on_until_no_warehouse_takes_it_any_more_first"
    private static let longer = "a_name_that_goes_on_and_on_until_no_warehouse_takes_it_any_more_fitting"

    /// Keys in the order in which they come, and their columns.
    static let cases: [(keys: [String], names: [String])] = [
        (["fooBar", "foo_bar", "Foo Bar"], ["foo_bar", "foo_bar_4c4e87", "foo_bar_24e252"]),
        (["foo_bar", "fooBar", "Foo Bar"], ["foo_bar", "foo_bar_ed93f7", "foo_bar_24e252"]),
        (["Total", "total", "TOTAL"], ["total", "total_7a187a", "total_a6c2d7"]),
        (["", " "], ["_empty", "_empty_8b6e1f"]), ([" ", ""], ["_empty", "_empty_1a92b2"]),
        (["日本", "中国", "é", "e\u{301}"], ["u65e5u672c", "u4e2du56fd", "ue9", "eu301"]),
        (["_load_id", "_row_number", "_parent_row_number"], ["_load_id_524d17", "_row_number_487e85", "_parent_row_number_41756b"]),
        (["_rootRowNumber", "_List-Index", "_loadId"], ["_root_row_number_c23942", "_list_index_4a93c4", "_load_id_1901f6"]),
        (["_dlt_id", "rest", "value", "list"], ["_dlt_id", "rest", "value", "list"]),
        ([long, longer], [long.prefix(56) + "_dd4925", long.prefix(56) + "_93aff7"]),
    ]

    @Test("Keys that fold to one name: the first keeps it, the others get characters of their path's hash; names of the program are never given", arguments: cases)
    func collisions(_ example: (keys: [String], names: [String])) throws {
        let lake = try lake(keys(example.keys))
        #expect(names(lake) == example.names)
        // A load later, the other way round: nothing moves.
        try lake.load([keys(example.keys.reversed())])
        #expect(names(lake) == example.names)
    }

    @Test("Names of the program are reserved in child tables too, and below objects they are no names of the program")
    func reserved() throws {
        let lake = try lake(#"[{"l":[{"_list_index":1,"_load_id":2,"value":3}],"o":{"_load_id":4}}]"#)
        #expect(names(lake) == ["o___load_id"])
        #expect(names(lake, "requests__l").last == "value" && Set(names(lake, "requests__l")).isDisjoint(with: SystemColumns.reserved))
    }

    @Test("An array that is kept as JSON inside an array is named as its table would be, beside the scalars, and keeps that name")
    func keptArrays() throws {
        let lake = SchemaLake()
        for _ in 0..<2 {
            try lake.load([#"[{"l":[1,[2]],"m":[[3]],"n":[null,[4]]}]"#], nesting: 1)
            #expect(lake.columns("requests__l") == ["value:bigint", "list:json"])
            #expect(lake.columns("requests__m") == ["list:json"] && lake.columns("requests__n") == ["list:json"])
        }
        // Where a null came first, alone, its name stays.
        try lake.load([#"[{"o":[null]}]"#, #"[{"o":[[5]]}]"#], nesting: 1)
        #expect(lake.columns("requests__o") == ["value:json"])
    }

    @Test("Whatever comes in whatever order in later loads, no column's name changes and none is given twice")
    func stable() throws {
        let pool = ["fooBar", "foo_bar", "Foo Bar", "foo-bar", "FOO_BAR", "foo__bar", "", " ", "é", "e\u{301}", "_load_id", "_loadId", "Total", "total", "TOTAL",
                    Self.long, Self.longer, Self.long.uppercased(), "value", "Value"]
        for seed in UInt64(1)...30 {
            var random = SplitMix(state: seed)
            let lake = SchemaLake()
            var known: [FieldPath: String] = [:]
            for _ in 0..<6 {
                let some = Array(pool.shuffled(using: &random).prefix(1 + random.below(8)))
                // As columns, below an object, and as tables.
                let record = some.map { "\"\($0)\":[1]" } + ["\"o\":" + keys(some).dropFirst().dropLast()]
                try lake.load([keys(some), "[{" + record.joined(separator: ",") + "}]"])
                for table in lake.known.values {
                    let named = table.version.columns.compactMap { column in column.path.map { ($0, column.name) } } + [(table.version.path.appending(.element), table.version.table)]
                    for (path, name) in named {
                        #expect(known.updateValue(name, forKey: path) ?? name == name, "seed \(seed), \(path.text)")
                        #expect(name.utf8.count <= Names.longest && !SystemColumns.reserved.contains(name))
                    }
                    let columns = table.version.columns.map(\.name)
                    #expect(Set(columns).count == columns.count, "seed \(seed)")
                }
            }
        }
    }
}
