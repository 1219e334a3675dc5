import LakeModel
import Testing

@Suite("Names")
struct NamesTests {
    /// A key, and its name by dlt's rules.
    static let vectors: [(key: String, name: String)] = [
        // dlt's own vectors.
        ("event_value", "event_value"), ("event value", "event_value"), ("event-.!:*<>value", "event_x_value"),
        ("1event_n'", "_1event_nx"), ("123event_n'", "_123event_nx"), ("123BaNaNa", "_123_ba_na_na"), ("BANANA", "banana"),
        ("BAN_ANA", "ban_ana"), ("BANaNA", "ba_na_na"), ("Small Love Potion", "small_love_potion"),
        (" Small Love Potion ", "small_love_potion"), ("BANANA_", "bananax"), ("BANANA____", "bananaxxxx"), ("+-!$*@#=|:", "x_xa_lx"),
        ("+1", "x1"), ("-1", "_1"), ("+-*@|", "x_xal"), ("event__value_value2____", "event_value_value2xxxx"),
        ("Small  Love  Potion", "small_love_potion"), ("ABCDef", "abc_def"), ("HTTPServerID", "http_server_id"), ("@odata.id", "aodata_id"),
        ("", "_empty"), (" ", "_empty"),
        // Of our own.
        ("\t\n", "_empty"), ("id", "id"), ("ID", "id"), ("customFields", "custom_fields"), ("createdAt", "created_at"), ("a", "a"), ("A", "a"), ("aB", "a_b"),
        ("Ab", "ab"), ("AB", "ab"), ("ABc", "a_bc"), ("aBC", "a_bc"), ("a1B", "a1_b"), ("A1b2", "a1b2"), ("2fa", "_2fa"), ("_id", "_id"),
        ("_", "x"), ("___", "xxx"), ("a.b", "a_b"), ("a-b", "a_b"), ("a/b/c", "a_b_c"), ("a (b)", "a_bx"), ("!", "x"), ("$ref", "_ref"),
        ("a&&&b", "a_b"), ("_load_id", "_load_id"), ("x_y_", "x_yx"), ("iPhone", "i_phone"), ("JSONToCSV", "json_to_csv"),
        ("X-Request-ID", "x_request_id"), ("SomeHTTPThing2Go", "some_http_thing2_go"), ("a\nb", "a_b"), ("50%", "_50x"),
        // Where dlt loses the name, ours keeps the scalars apart.
        ("日本", "u65e5u672c"), ("emoji🚀key", "emojiu1f680key"), ("é", "ue9"), ("e\u{301}", "eu301"), ("Ä", "uc4"), ("ß", "udf"),
        ("größe", "gruf6udfe"), ("\u{2028}", "_empty"), ("٣", "u663"),
    ]

    @Test("Keys become names by dlt's snake_case rules", arguments: vectors)
    func snakeCase(_ vector: (key: String, name: String)) { #expect(Names.snakeCase(vector.key) == vector.name) }

    /// dlt's `normalize_path`.
    @Test("A key with double underscores is a path and stays one", arguments: [
        ("small_love_potion", "small_love_potion"), ("small__love__potion", "small__love__potion"),
        ("Small_Love_Potion", "small_love_potion"), ("Small__Love__Potion", "small__love__potion"), ("Small Love Potion", "small_love_potion"),
        ("Small___Love____Potion_____x", "small___love__potion___x"), ("small___love__potion___x", "small___love__potion___x"),
        ("e_vent__value_value2___", "e_vent__value_value2__x"), ("a__b", "a__b"), ("__a", "a"), ("a__", "a"), ("____", "xxxx"), ("", "_empty"),
        ("a__ __b", "a__b"), ("customField__ID", "custom_field__id"), ("_", "x"),
    ])
    func paths(_ key: String, _ name: String) { #expect(Names.piece(key) == name) }

    /// A key, dlt's name for it, and dlt's name where it is a path: what dlt 1.31 answers, key by key.
    @Test("Keys of every form have the names that dlt gives them", arguments: [
        ("Field__With__Path", "field_with_path", "field__with__path"), ("_", "x", "x"), ("a_", "ax", "ax"), ("a__", "axx", "a"), ("_a", "_a", "_a"),
        ("__a", "_a", "a"), ("a b  c", "a_b_c", "a_b_c"), (" a ", "a", "a"), ("x*y", "xxy", "xxy"), ("x+y", "xxy", "xxy"), ("*", "x", "x"),
        ("+", "x", "x"), ("-", "x", "x"), ("@", "a", "a"), ("|", "l", "l"), ("a|b", "alb", "alb"), ("a@b.c", "aab_c", "aab_c"),
        ("A-B-C", "a_b_c", "a_b_c"), ("camelCaseJSON", "camel_case_json", "camel_case_json"), ("JSONCamel", "json_camel", "json_camel"),
        ("aJSONb", "a_jso_nb", "a_jso_nb"), ("PDFFile2Go", "pdf_file2_go", "pdf_file2_go"), ("ID2", "id2", "id2"), ("2ID", "_2_id", "_2_id"),
        ("2Id", "_2_id", "_2_id"), ("2id", "_2id", "_2id"), ("v2API", "v2_api", "v2_api"), ("API2v", "api2v", "api2v"), ("_ID", "_id", "_id"),
        ("__ID", "_id", "id"), ("_Id", "_id", "_id"), ("fooBAR", "foo_bar", "foo_bar"), ("FOOBar", "foo_bar", "foo_bar"),
        ("FOO_Bar", "foo_bar", "foo_bar"), ("foo_BAR", "foo_bar", "foo_bar"), ("fooBarBAZ_Qux", "foo_bar_baz_qux", "foo_bar_baz_qux"), ("A", "a", "a"),
        ("AB", "ab", "ab"), ("ABC", "abc", "abc"), ("ABCd", "ab_cd", "ab_cd"), ("aBCd", "a_b_cd", "a_b_cd"), ("a1b2C3", "a1b2_c3", "a1b2_c3"),
        ("X1", "x1", "x1"), ("1X", "_1_x", "_1_x"), ("1", "_1", "_1"), ("12", "_12", "_12"), ("1_2", "_1_2", "_1_2"), ("_1", "_1", "_1"),
        ("a.b.c", "a_b_c", "a_b_c"), ("a/b\\c", "a_b_c", "a_b_c"), ("a[0]", "a_0x", "a_0x"), ("a[*].b", "a_x_b", "a_x_b"), ("(x)", "_xx", "_xx"),
        ("x()", "xx", "xx"), ("x!", "xx", "xx"), ("!x", "_x", "_x"), ("x!!", "xx", "xx"), ("#", "x", "x"), ("%", "x", "x"),
        ("50%off", "_50_off", "_50_off"), ("$a$", "_ax", "_ax"), ("'q'", "_qx", "_qx"), ("\"q\"", "_qx", "_qx"), ("a,b;c:d", "a_b_c_d", "a_b_c_d"),
        ("a=b&c=d", "a_b_c_d", "a_b_c_d"), ("<tag>", "_tagx", "_tagx"), ("a\tb", "a_b", "a_b"), ("a\r\nb", "a_b", "a_b"), ("x__", "xxx", "x"),
        ("x___", "xxxx", "x__x"), ("x____y", "x_y", "x__y"), ("_x_", "_xx", "_xx"), ("-x-", "_xx", "_xx"), ("x-", "xx", "xx"), ("x--", "xxx", "xxx"),
        ("x-_", "xxx", "xxx"), ("x.__y", "x_y", "xx__y"), ("x__.y", "x_y", "x___y"), ("x__ y", "x_y", "x__y"), ("e__", "exx", "e"),
        ("Total__SUM__", "total_sumxx", "total__sum"), ("select", "select", "select"), ("_load_id", "_load_id", "_load_id"),
        ("__load_id", "_load_id", "load_id"), ("_Load_ID", "_load_id", "_load_id"), ("_loadId", "_load_id", "_load_id"),
        ("_row_number", "_row_number", "_row_number"), ("_rowNumber", "_row_number", "_row_number"), ("_dlt_id", "_dlt_id", "_dlt_id"),
        ("HTTP2Server", "http2_server", "http2_server"), ("i18nKey", "i18n_key", "i18n_key"), ("ISO8601Date", "iso8601_date", "iso8601_date"),
        ("userIDs", "user_i_ds", "user_i_ds"), ("URLs", "ur_ls", "ur_ls"), ("aBC1D", "a_bc1_d", "a_bc1_d"),
    ])
    func asDlt(_ key: String, _ name: String, _ path: String) {
        #expect(Names.snakeCase(key) == name)
        #expect(Names.piece(key) == path)
    }

    @Test("Names beyond ASCII stay distinct, whatever stands around them")
    func distinct() {
        let keys = ["é", "e\u{301}", "É", "è", "日本", "日", "本", "中国", "🚀", "🚀🚀", "a\u{200b}b", "a\u{a0}b", "ab", "値", "ß", "ss", "ı", "i", "Ω", "\u{2126}"]
        #expect(Set(keys.map(Names.piece)).count == keys.count)
        #expect(Names.piece("a\u{200b}b") == "au200bb" && Names.piece("日__本") == "u65e5__u672c" && Names.piece("__") == "xx")
    }

    @Test("A name is made of lower-case letters, digits and underscores, whatever the key; names are their own names")
    func alphabet() {
        var random = SplitMix(state: 3)
        for _ in 0..<3000 {
            let key = String(String.UnicodeScalarView((0..<random.below(9)).compactMap { _ in
                Unicode.Scalar(UInt32(random.chance(80) ? random.below(128) : random.below(0xD800)))
            }))
            let name = Names.snakeCase(key)
            #expect(!name.isEmpty && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }, "\(key)")
            #expect(!(48...57).contains(name.utf8.first ?? 48) && !name.contains("__") && Names.snakeCase(name) == name, "\(key)")
        }
    }

    @Test("A name keeps to 63 bytes: its beginning and six characters of the hash of its path")
    func length() {
        let long = String(repeating: "abcdefgh_", count: 8)
        #expect(Names.fitted(String(long.prefix(63)), path: "$.a") == String(long.prefix(63)))
        let fitted = Names.fitted(String(long.prefix(64)), path: "$.a")
        #expect(fitted == String(long.prefix(56)) + "_" + hex(fastHash("$.a", seed: 3)).suffix(6))
        #expect(fitted.utf8.count == 63)
        #expect(Names.fitted(long, path: "$.a") != Names.fitted(long, path: "$.b"))
        #expect(Names.tagged("a", path: "$.a").utf8.count == 8)
        #expect(Names.joined(["a", "b_c", "d"]) == "a__b_c__d")
    }
}
