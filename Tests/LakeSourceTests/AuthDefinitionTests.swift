import LakeSource
import Testing

private func auth(_ text: String) throws -> (auth: Auth?, warnings: [String]) {
    let read = try read(definition("\"r\"", client: ",\"auth\":\(text)"))
    return (read.source.client.auth, read.warnings.map(\.sentence))
}

@Suite struct AuthDefinitionTests {
    static let readings: [(String, Auth)] = [
        ("\"bearer\"", .bearer(token: .named("bearer_token"))),
        ("{\"type\":\"bearer\"}", .bearer(token: .named("bearer_token"))),
        ("{\"token\":null}", .bearer(token: .named("bearer_token"))),
        ("{\"token\":{\"secret\":\"other\"}}", .bearer(token: .named("other"))),
        ("{\"type\":\"bearer\",\"token\":{\"secret\":\"other\"}}", .bearer(token: .named("other"))),
        ("\"api_key\"", .apiKey(name: "Authorization", key: .named("api_key"), location: .header)),
        ("{\"type\":\"api_key\",\"name\":\"x-api-key\",\"api_key\":{\"secret\":\"k\"},\"location\":\"header\"}", .apiKey(name: "x-api-key", key: .named("k"), location: .header)),
        ("{\"type\":\"api_key\",\"name\":\"key[0]\",\"location\":\"query\"}", .apiKey(name: "key[0]", key: .named("api_key"), location: .query)),
        ("{\"type\":\"api_key\",\"name\":\"key\",\"location\":\"param\"}", .apiKey(name: "key", key: .named("api_key"), location: .query)),
        ("\"http_basic\"", .httpBasic(username: .named("username"), password: .named("password"))),
        ("{\"type\":\"http_basic\",\"username\":\"ann\",\"password\":{\"secret\":\"pw\"}}", .httpBasic(username: .literal("ann"), password: .named("pw"))),
        ("{\"type\":\"oauth2_client_credentials\",\"access_token_url\":\"https://login.example/token?v=2\"}",
            .oauth2ClientCredentials(OAuth2ClientCredentials(tokenURL: "https://login.example/token?v=2", clientID: .named("client_id"), clientSecret: .named("client_secret")))),
        ("""
            {"type":"oauth2_client_credentials","access_token_url":"http://127.0.0.1:9/t","client_id":"me","client_secret":{"secret":"cs"},
             "access_token":{"secret":"first"},"default_token_expiration":60,
             "access_token_request_data":{"grant_type":"client_credentials","scope":"a b","n":1,"assertion":{"secret":"as"},"x":null}}
            """,
            .oauth2ClientCredentials(OAuth2ClientCredentials(
                tokenURL: "http://127.0.0.1:9/t", clientID: .literal("me"), clientSecret: .named("cs"),
                requestData: [RequestField("grant_type", "client_credentials"), RequestField("scope", "a b"), RequestField("n", "1"), RequestField("assertion", .secret(.named("as")))],
                defaultExpirationSeconds: 60, accessToken: .named("first")))),
    ]

    @Test("Each kind is read with dlt's names and defaults; what is absent is looked up by its field's name", arguments: readings)
    func reads(_ text: String, _ expected: Auth) throws {
        let (auth, warnings) = try auth(text)
        #expect(auth == expected)
        #expect(warnings.isEmpty)
    }

    static let literals: [(String, Auth, String)] = [
        ("{\"token\":\"s3cr3t\"}", .bearer(token: .literal("s3cr3t")), "token: {\"secret\": \"bearer_token\"}"),
        ("{\"type\":\"api_key\",\"api_key\":\"s3cr3t\"}", .apiKey(name: "Authorization", key: .literal("s3cr3t"), location: .header), "api_key: {\"secret\": \"api_key\"}"),
        ("{\"type\":\"http_basic\",\"username\":\"ann\",\"password\":\"s3cr3t ü\"}", .httpBasic(username: .literal("ann"), password: .literal("s3cr3t ü")), "password: {\"secret\": \"password\"}"),
        ("{\"type\":\"oauth2_client_credentials\",\"access_token_url\":\"https://l.example\",\"client_id\":\"me\",\"client_secret\":\"s3cr3t\"}",
            .oauth2ClientCredentials(OAuth2ClientCredentials(tokenURL: "https://l.example", clientID: .literal("me"), clientSecret: .literal("s3cr3t"))),
            "client_secret: {\"secret\": \"client_secret\"}"),
    ]

    @Test("A literal secret works, with a warning that names the better way and does not repeat it", arguments: literals)
    func warnsOfLiterals(_ text: String, _ expected: Auth, _ warning: String) throws {
        let (auth, warnings) = try auth(text)
        #expect(auth == expected)
        let parts = warning.split(separator: ": ", maxSplits: 1)
        #expect(warnings == ["client.auth.\(parts[0]): a secret stands in the definition. Better: \(parts[1]), and the value in the environment or in secrets.toml."])
        #expect(warnings.allSatisfy { !$0.contains("s3cr3t") })
    }

    @Test("An endpoint has its own auth, else none: the client's holds for it")
    func endpointAuth() throws {
        let r = try endpoint("{\"auth\":{\"type\":\"api_key\",\"name\":\"X-Key\",\"api_key\":{\"secret\":\"k\"}}}")
        #expect(r.auth == .apiKey(name: "X-Key", key: .named("k"), location: .header))
        #expect(try endpoint("\"x\"").auth == nil)
        #expect(try endpoint("\"x\"", defaults: "{\"endpoint\":{\"auth\":\"bearer\"}}").auth == .bearer(token: .named("bearer_token")))
    }

    private static let kinds = "bearer, api_key, http_basic, oauth2_client_credentials"
    private static let oauth = "\"type\":\"oauth2_client_credentials\""

    static let cases: [FaultCase] = [
        .auth("no kind", "{\"api_key\":\"x\"}", ": the key 'type' is missing; expected the name of a kind: \(kinds)."),
        .auth("a kind that is no text", "{\"type\":1}", ".type: expected the name of a kind, found a number."),
        .auth("a list", "[]", ": expected an object, found a list."),
        .auth("an unknown kind", "\"bearr\"", ": unknown name 'bearr'. Did you mean 'bearer'? Known here: \(kinds)."),
        .auth("a class of dlt's", "{\"type\":\"OAuthJWTAuth\",\"private_key\":\"x\"}", ".type: not supported by this version. Instead: \(kinds)."),
        .auth("an unknown key", "{\"type\":\"api_key\",\"key\":\"s3cr3t\"}", ".key: unknown key. Known here: type, name, api_key, location."),
        .auth("a secret without name", "{\"token\":{\"secrets\":\"x\"}}", ".token.secrets: unknown key. Did you mean 'secret'? Known here: secret.",
            ".token: the key 'secret' is missing; expected the name of a secret."),
        .auth("a name with a path", "{\"token\":{\"secret\":\"../x\"}}", ".token.secret: expected a name of letters, digits and '_'."),
        .auth("a token with a line break", "{\"token\":\"a\\r\\nX: y\"}", ".token: expected a text without spaces and line breaks, or {\"secret\": \"bearer_token\"}."),
        .auth("a number as token", "{\"token\":1}", ".token: expected {\"secret\": \"bearer_token\"}, found a number."),
        .auth("a cookie", "{\"type\":\"api_key\",\"location\":\"cookie\"}",
            ".location: not supported by this version. Instead: header, with the name 'Cookie' and a secret that holds name=value."),
        .auth("another location", "{\"type\":\"api_key\",\"location\":\"headers\"}", ".location: unknown name 'headers'. Did you mean 'header'? Known here: header, query, param."),
        .auth("a header that is none", "{\"type\":\"api_key\",\"name\":\"X Key\"}", ".name: expected a header name of letters, digits and '-'."),
        .auth("a user name with a colon", "{\"type\":\"http_basic\",\"username\":\"a:b\"}", ".username: expected a text without ':' and control characters, or {\"secret\": \"username\"}."),
        .auth("a password with a control character", "{\"type\":\"http_basic\",\"password\":\"a\\nb\"}", ".password: expected a text without control characters, or {\"secret\": \"password\"}."),
        .auth("no token URL", "\"oauth2_client_credentials\"", ": the key 'access_token_url' is missing; expected a URL such as https://login.example.com/oauth/token."),
        .auth("a token URL in plain http", "{\(oauth),\"access_token_url\":\"http://l.example/t\"}", ".access_token_url: expected a URL that begins with https://, for the client's secret goes there."),
        .auth("a host that only begins like loopback", "{\(oauth),\"access_token_url\":\"http://127.0.0.1.example/t\"}",
            ".access_token_url: expected a URL that begins with https://, for the client's secret goes there."),
        .auth("a relative token URL", "{\(oauth),\"access_token_url\":\"/token\"}", ".access_token_url: expected a URL that begins with https:// or http://."),
        .auth("an object in the token request", "{\(oauth),\"access_token_url\":\"https://l.example\",\"access_token_request_data\":{\"a\":[]}}",
            ".access_token_request_data.a: expected a text, a number, true, false or {\"secret\": \"name\"}, found a list."),
        .auth("an expiry of nothing", "{\(oauth),\"access_token_url\":\"https://l.example\",\"default_token_expiration\":0}", ".default_token_expiration: expected a whole number of at least 1, found '0'."),
        .auth("a session", "{\(oauth),\"access_token_url\":\"https://l.example\",\"session\":{}}",
            ".session: not supported by this version. Instead: leave it out; tokens are asked for as everything else is."),
    ]

    @Test("Every fault of an auth is told, and no secret with it", arguments: cases)
    func faults(_ c: FaultCase) {
        #expect(sentences(c.text) == c.sentences)
        #expect(c.sentences.allSatisfy { !$0.contains("s3cr3t") })
    }

    @Test("Headers, parameters and forms take secrets by name; literals under such names are warned about")
    func elsewhere() throws {
        let text = definition("""
            {"name": "r", "endpoint": {"headers": {"X-Token": {"secret": "h"}}, "params": {"sig": {"secret": "p"}, "tags": ["a", {"secret": "q"}]}, "data": {"pin": {"secret": "f"}}}}
            """, client: ",\"headers\":{\"X-Api-Key\":{\"secret\":\"c\"}}")
        let (source, warnings) = try read(text)
        let request = source.resources[0].request
        #expect(source.client.headers == [RequestField("X-Api-Key", .secret(.named("c")))])
        #expect(request.headers == [RequestField("X-Token", .secret(.named("h")))])
        #expect(request.params == [RequestField("sig", .secret(.named("p"))), RequestField("tags", "a"), RequestField("tags", .secret(.named("q")))])
        #expect(request.body == .form([RequestField("pin", .secret(.named("f")))]))
        #expect(warnings.isEmpty)
        let literal = definition("{\"name\":\"r\",\"endpoint\":{\"params\":{\"api_key\":\"s3\"},\"json\":{\"a\":{\"password\":\"s3\"}}}}", client: ",\"headers\":{\"X-Api-Key\":\"s3\"}")
        #expect(try LakeSourceTests.warnings(literal) == [
            "client.headers.X-Api-Key: a secret stands in the definition. Better: {\"secret\": \"x_api_key\"}, and the value in the environment or in secrets.toml.",
            "resources[0].endpoint.params.api_key: a secret stands in the definition. Better: {\"secret\": \"api_key\"}, and the value in the environment or in secrets.toml.",
            "resources[0].endpoint.json.a.password: a secret seems to stand in the definition. Better: in 'auth', 'headers', 'params' or a form in 'data', as {\"secret\": \"name\"}.",
        ])
        #expect(try LakeSourceTests.warnings(definition("{\"name\":\"r\",\"endpoint\":{\"data\":\"user=a&password=s3\"}}")).count == 1)
        #expect(try LakeSourceTests.warnings(definition("{\"name\":\"r\",\"endpoint\":{\"data\":\"user=a&page=3\"}}")).isEmpty)
    }

    @Test("An export needs the secrets of the client, of its resources and of their parents, each once")
    func needs() throws {
        let (source, _) = try read(definition("""
            "plain",
            {"name": "users", "endpoint": {"auth": {"token": {"secret": "u"}}, "headers": {"X": {"secret": "shared"}}}},
            {"name": "notes", "endpoint": {"path": "{resources.users.id}", "auth": {"type": "http_basic", "username": "ann"}, "params": {"p": {"secret": "shared"}}}},
            {"name": "other", "endpoint": {"data": {"f": {"secret": "form"}}}}
            """, client: ",\"auth\":\"api_key\",\"headers\":{\"X-Team\":{\"secret\":\"team\"}}"))
        func needs(_ names: String...) -> [SecretReference] { source.secrets(of: source.resources.filter { names.contains($0.name) }) }
        #expect(needs("plain") == [.named("team"), .named("api_key")])
        #expect(needs("notes") == [.named("team"), .named("shared"), .named("u"), .named("password")])
        #expect(needs("other", "users") == [.named("team"), .named("api_key"), .named("shared"), .named("u"), .named("form")])
        #expect(needs() == [.named("team")])
    }
}
