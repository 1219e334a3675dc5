import LakeModel
import LakeSource
import Testing

private func mark(_ text: String) throws -> String { try read(text).source.fingerprint }

/// The fingerprint of a definition with this resource, after `users`.
private func mark(resource keys: String) throws -> String { try mark(definition("\"users\",{\"name\":\"r\"\(keys)}")) }

@Suite struct FingerprintTests {
    @Test("Equal definitions have equal fingerprints, and a secret is no part of them")
    func equal() throws {
        let base = try mark(definition("{\"name\":\"r\",\"endpoint\":\"p\"}", client: ",\"auth\":{\"token\":\"one\"}"))
        #expect(base.count == 32)
        let rewritten = definition("{\"endpoint\":{\"path\":\"/p\"},\"name\":\"r\"}", client: ",\"auth\":{\"type\":\"bearer\",\"token\":\"two\"}")
        #expect(try read(" /* c */ " + rewritten, "x").source.fingerprint == base)
        #expect(try mark(definition("{\"name\":\"r\",\"endpoint\":\"q\"}", client: ",\"auth\":{\"token\":\"one\"}")) != base)
        #expect(fingerprint(of: "").utf8.count == 32)
        #expect(fingerprint(of: "foobar") != fingerprint(of: "foobaz"))
    }

    static let same: [(String, String)] = [
        (",\"endpoint\":{\"params\":{\"a\":\"{resources.users.id}\"}}", ",\"endpoint\":{\"params\":{\"a\":\"{resources.users['id']}\"}}"),
        (",\"endpoint\":\"x/{resources.users.id}\"", ",\"endpoint\":{\"path\":\"x/{u}\",\"params\":{\"u\":{\"type\":\"resolve\",\"resource\":\"users\",\"field\":\"id\"}}}"),
        (",\"endpoint\":{\"incremental\":{\"cursor_path\":\"at\",\"start_param\":\"since\"}}", ",\"endpoint\":{\"params\":{\"since\":{\"type\":\"incremental\",\"cursor_path\":\"at\"}}}"),
        (",\"incremental\":{\"cursor_path\":\"at\"}", ",\"endpoint\":{\"incremental\":{\"cursor_path\":\"$.at\",\"lag\":0,\"range_start\":\"closed\"}}"),
        (",\"endpoint\":{\"paginator\":\"cursor\"}", ",\"endpoint\":{\"paginator\":{\"type\":\"cursor\",\"cursor_path\":\"cursors.next\",\"stop_after_empty_page\":false}}"),
        (",\"endpoint\":{\"paginator\":\"json_response\"}", ",\"endpoint\":{\"paginator\":{\"type\":\"json_link\",\"next_url_path\":\"['next']\"}}"),
        (",\"primary_key\":\"id\"", ",\"primary_key\":[\"id\"],\"write_disposition\":{\"disposition\":\"merge\",\"strategy\":\"upsert\"},\"parallelized\":true"),
        (",\"columns\":{\"b\":{\"null_values\":[\"-\",\"\"]},\"a\":{\"data_type\":\"text\"}}",
            ",\"columns\":[{\"name\":\"$.a\",\"data_type\":\"text\",\"nullable\":true,\"description\":\"A\",\"unique\":true},{\"name\":\"b\",\"null_values\":[\"\",\"-\",\"\"]},{\"name\":\"c\"}]"),
        (",\"columns\":{\"a\":{\"timestamp_format\":\"iso\"}}", ",\"columns\":{\"a\":{\"timestamp_format\":\"iso\",\"data_type\":\"timestamp\"}}"),
        (",\"columns\":{\"t[*].a\":{\"data_type\":\"decimal\"}}", ",\"nested_hints\":{\"t\":{\"columns\":{\"a\":{\"data_type\":\"decimal\",\"precision\":38,\"scale\":9}}}}"),
        (",\"primary_key\":\"id\"", ",\"columns\":{\"id\":{\"primary_key\":true}},\"schema_contract\":\"evolve\",\"fields\":{\"exclude\":[]}"),
        (",\"schema_contract\":\"freeze\"", ",\"schema_contract\":{\"tables\":\"freeze\",\"columns\":\"freeze\",\"data_type\":\"freeze\"}"),
        (",\"nested_hints\":{\"t\":{\"table_name\":\"x\"},\"u[*]\":{\"table_name\":\"y\"}}", ",\"nested_hints\":{\"u\":{\"table_name\":\"y\"},\"t\":{\"table_name\":\"x\"}}"),
        (",\"fields\":{\"exclude\":[\"a\",\"b.c\"],\"personal\":{\"d\":\"hash\",\"e\":\"drop\"}}",
            ",\"fields\":{\"personal\":[{\"field\":\"e\",\"action\":\"drop\"},{\"field\":\"d\",\"action\":\"hash\"}],\"exclude\":[\"b['c']\",\"a\"]}"),
        (",\"endpoint\":{\"headers\":{\"X-Token\":\"one\"}}", ",\"endpoint\":{\"headers\":{\"X-Token\":\"two\"}}"),
        (",\"endpoint\":{\"params\":{\"api_key\":\"one\"}}", ",\"endpoint\":{\"params\":{\"api_key\":\"two\"}}"),
        (",\"endpoint\":{\"json\":{\"a\":{\"password\":\"one\"}}}", ",\"endpoint\":{\"json\":{\"a\":{\"password\":\"two\"}}}"),
        (",\"endpoint\":{\"data\":\"password=one\"}", ",\"endpoint\":{\"data\":\"password=two\"}"),
        (",\"endpoint\":{\"data\":{\"password\":\"one\"}}", ",\"endpoint\":{\"data\":{\"password\":\"two\"}}"),
        (",\"endpoint\":{\"auth\":{\"type\":\"http_basic\",\"password\":\"one\"}}", ",\"endpoint\":{\"auth\":{\"type\":\"http_basic\",\"password\":\"two\"}}"),
    ]

    @Test("Another spelling of the same, or another secret, changes nothing", arguments: same)
    func staysTheSame(_ one: String, _ other: String) throws {
        #expect(try mark(resource: one) == mark(resource: other))
        #expect(try mark(resource: one) != mark(resource: ""))
    }

    /// Each means something else than each other one.
    static let different: [String] = [
        ",\"columns\":{\"a\":{\"data_type\":\"text\"}}", ",\"columns\":{\"b\":{\"data_type\":\"text\"}}", ",\"columns\":{\"a\":{\"data_type\":\"decimal\",\"scale\":2}}",
        ",\"columns\":{\"a\":{\"data_type\":\"decimal\"}}", ",\"columns\":{\"a[*]\":{\"data_type\":\"text\"}}", ",\"columns\":{\"a\":{\"nullable\":false}}",
        ",\"columns\":{\"a\":{\"timestamp_format\":\"epoch_seconds\"}}", ",\"columns\":{\"a\":{\"data_type\":\"timestamp\"}}", ",\"columns\":{\"a\":{\"null_values\":[\"\"]}}",
        ",\"schema_contract\":\"freeze\"", ",\"schema_contract\":{\"tables\":\"freeze\"}", ",\"schema_contract\":{\"columns\":\"freeze\"}", ",\"schema_contract\":{\"columns\":\"discard_row\"}",
        ",\"table_name\":\"t\"", ",\"max_columns_per_path\":200", ",\"nested_hints\":{\"t\":{\"table_name\":\"t\"}}", ",\"nested_hints\":{\"t\":{\"schema_contract\":\"freeze\"}}",
        ",\"nested_hints\":{\"t\":{\"schema_contract\":\"evolve\"}}", ",\"fields\":{\"include\":[\"a\"]}", ",\"fields\":{\"exclude\":[\"a\"]}",
        ",\"fields\":{\"personal\":{\"a\":\"drop\"}}", ",\"fields\":{\"personal\":{\"a\":\"hash\"}}", ",\"fields\":{\"personal\":{\"a\":\"redact\"}}",
        "", ",\"selected\":false", ",\"allow_empty\":true", ",\"max_table_nesting\":1", ",\"primary_key\":\"a\"", ",\"write_disposition\":\"append\"",
        ",\"filter\":[{\"path\":\"a\",\"op\":\"eq\",\"value\":1}]", ",\"filter\":[{\"path\":\"a\",\"op\":\"eq\",\"value\":\"1\"}]",
        ",\"incremental\":{\"cursor_path\":\"a\"}", ",\"incremental\":{\"cursor_path\":\"a\",\"range_end\":\"closed\"}", ",\"incremental\":{\"cursor_path\":\"a\",\"convert\":\"iso\"}",
        ",\"incremental\":{\"cursor_path\":\"a\",\"initial_value\":1}", ",\"incremental\":{\"cursor_path\":\"a\",\"row_order\":\"asc\"}",
        ",\"incremental\":{\"cursor_path\":\"a\",\"on_cursor_value_missing\":\"include\"}", ",\"incremental\":{\"cursor_path\":\"a\",\"last_value_func\":\"min\"}",
        ",\"incremental\":{\"cursor_path\":\"a\",\"start_param\":\"s\"}", ",\"incremental\":{\"cursor_path\":\"a\",\"end_param\":\"s\"}",
        ",\"endpoint\":\"{resources.users.id}\"", ",\"endpoint\":\"{{resources.users.id}}\"", ",\"endpoint\":\"{resources.users.id}\",\"include_from_parent\":[\"id\"]",
        ",\"endpoint\":\"{resources.users.id}\",\"on_missing_parent_field\":\"skip\"",
        ",\"endpoint\":{\"method\":\"POST\"}", ",\"endpoint\":{\"json\":{}}", ",\"endpoint\":{\"json\":{\"a\":1}}", ",\"endpoint\":{\"json\":{\"a\":\"1\"}}", ",\"endpoint\":{\"json\":[]}",
        ",\"endpoint\":{\"data\":{\"a\":1}}", ",\"endpoint\":{\"data\":\"a=1\"}", ",\"endpoint\":{\"params\":{\"a\":1}}", ",\"endpoint\":{\"headers\":{\"a\":\"1\"}}",
        ",\"endpoint\":{\"params\":{\"a\":{\"secret\":\"s\"}}}", ",\"endpoint\":{\"params\":{\"a\":{\"secret\":\"t\"}}}", ",\"endpoint\":{\"auth\":\"bearer\"}",
        ",\"endpoint\":{\"auth\":\"api_key\"}", ",\"endpoint\":{\"auth\":{\"type\":\"api_key\",\"location\":\"query\"}}", ",\"endpoint\":{\"auth\":{\"token\":{\"secret\":\"other\"}}}",
        ",\"endpoint\":{\"auth\":{\"token\":\"literal\"}}", ",\"endpoint\":{\"auth\":{\"type\":\"oauth2_client_credentials\",\"access_token_url\":\"https://l.example/a\"}}",
        ",\"endpoint\":{\"auth\":{\"type\":\"oauth2_client_credentials\",\"access_token_url\":\"https://l.example/a\",\"access_token_request_data\":{\"scope\":\"x\"}}}",
        ",\"endpoint\":{\"response_actions\":[{\"status_code\":404,\"action\":\"ignore\"}]}", ",\"endpoint\":{\"response_actions\":[{\"status_code\":404,\"action\":\"fail\"}]}",
        ",\"endpoint\":{\"response_actions\":[{\"content\":\"404\",\"action\":\"ignore\"}]}", ",\"endpoint\":{\"total_check\":\"ignore\"}", ",\"endpoint\":{\"data_selector\":\"d\"}",
        // Written down, it holds also where a path names one entity.
        ",\"endpoint\":{\"paginator\":\"auto\"}",
        ",\"endpoint\":{\"paginator\":\"cursor\"}", ",\"endpoint\":{\"paginator\":{\"type\":\"cursor\",\"has_more_path\":\"m\"}}", ",\"endpoint\":{\"paginator\":{\"type\":\"cursor\",\"cursor_body_path\":\"cursor\"}}",
        ",\"endpoint\":{\"paginator\":\"header_cursor\"}", ",\"endpoint\":{\"paginator\":\"header_link\"}", ",\"endpoint\":{\"paginator\":\"page_number\"}",
        ",\"endpoint\":{\"paginator\":{\"type\":\"page_number\",\"stop_after_empty_page\":false}}", ",\"endpoint\":{\"paginator\":{\"type\":\"page_number\",\"total_path\":\"total\"}}",
        ",\"endpoint\":{\"paginator\":{\"type\":\"page_number\",\"page_body_path\":\"page\"}}", ",\"endpoint\":{\"paginator\":{\"type\":\"offset\",\"limit\":1}}",
        ",\"endpoint\":{\"paginator\":{\"type\":\"offset\",\"limit\":1,\"overlap\":false}}", ",\"endpoint\":{\"paginator\":{\"type\":\"offset\",\"limit\":1,\"limit_body_path\":\"limit\"}}",
    ]

    @Test("A definition from before hints, contracts and field rules keeps its fingerprint")
    func pinned() throws {
        #expect(try mark(try #require(BuiltInSources.definition("thena"))) == "576a3fe0b6cd2b9cc09e0a02bfdba34b")
    }

    @Test("The key of hashes is part of it by its name alone, and only where something is hashed")
    func hashKey() throws {
        func mark(_ key: String, _ action: String = "hash") throws -> String {
            try LakeSourceTests.mark("{\"client\":{\"base_url\":\"https://a.example\"}\(key),\"resources\":[{\"name\":\"r\",\"fields\":{\"personal\":{\"a\":\"\(action)\"}}}]}")
        }
        #expect(try mark(",\"hash_key\":\"one\"") == mark(",\"hash_key\":\"two\""))
        #expect(try mark(",\"hash_key\":{\"secret\":\"one\"}") != mark(",\"hash_key\":{\"secret\":\"two\"}"))
        #expect(try mark("") == mark(",\"hash_key\":{\"secret\":\"hash_key\"}"))
        #expect(try mark("", "drop") == mark(",\"hash_key\":\"one\"", "drop"))
    }

    @Test("Every key that means something is part of it")
    func differs() throws {
        var seen: [String: String] = [:]
        for keys in Self.different {
            let fingerprint = try mark(resource: keys)
            #expect(seen[fingerprint] == nil, "\(keys) is as \(seen[fingerprint] ?? "")")
            seen[fingerprint] = keys
        }
    }

    @Test("The client is part of it: its headers, limits, origins and kind of auth", arguments: [
        ",\"headers\":{\"A\":\"1\"}", ",\"rate_limit\":5", ",\"concurrency\":5", ",\"allowed_origins\":[\"https://b.example\"]", ",\"allowed_origins\":[{\"origin\":\"https://b.example\",\"with_auth\":true}]",
        ",\"auth\":\"bearer\"", ",\"auth\":\"http_basic\"", ",\"paginator\":\"single_page\"",
    ])
    func client(_ client: String) throws {
        #expect(try mark(definition("\"r\"", client: client)) != mark(definition("\"r\"")))
        #expect(try mark(definition("\"r\"", client: client)) == mark(definition("{\"name\":\"r\",\"endpoint\":{}}", client: client)))
    }

    @Test("Scheme and host are the same in upper and lower case, the path is not")
    func url() throws {
        func mark(_ url: String) throws -> String { try read("{\"client\":{\"base_url\":\"\(url)\"},\"resources\":[\"r\"]}").source.fingerprint }
        #expect(try mark("https://a.example/v1") == mark("HTTPS://A.Example:443/v1/"))
        #expect(try mark("https://a.example/v1") != mark("https://a.example/V1"))
    }
}
