import LakeModel
import LakeSource
import Testing

@testable import LakeFetch

@Suite("A secret in a server's words is masked")
struct SecretMaskTests {
    private static let secret = "SeKr1t-t0ken+/=%41xyz"

    @Test("As it is, as in a URL, cut off by a quotation's end, more than once", arguments: [
        ("bad token \(secret) here", "bad token ••• here"),
        ("\(secret)\(secret)", "••••••"),
        ("url /items?k=\(URLText.encodeQuery(secret))&x=1", "url /items?k=•••&x=1"),
        ("url /items?k=\(URLText.encodeQuery(secret).lowercased())", "url /items?k=•••"),
        ("says: \"bad token SeKr1t-t0k\". Expected", "says: \"bad token •••\". Expected"),
        ("says: bad token SeKr1t", "says: bad token •••"),
        ("says: SeKr1 and SeKr1t-t0x", "says: SeKr1 and SeKr1t-t0x"),
        ("é 漢 nothing here", "é 漢 nothing here"), ("", ""),
    ])
    func forms(_ text: String, _ masked: String) {
        #expect(SecretMask([Self.secret, "abc", ""]).masked(text) == masked)
    }

    @Test("The longer of two secrets leaves nothing of itself")
    func longest() {
        #expect(SecretMask(["token", "token-and-more"]).masked("a token-and-more, a token") == "a •••, a •••")
    }

    @Test("A session masks its secrets, those that the definition spells out, and what basic auth sends", arguments: [
        (Auth.bearer(token: .named("s")), SecretMaskTests.secret), (.bearer(token: .literal("spelled-out")), "spelled-out"),
        (.httpBasic(username: .named("u"), password: .named("s")), Base64.encode("me:\(secret)".utf8)),
    ])
    func session(_ auth: Auth, _ sent: String) throws {
        let session = try FetchSession(
            client: Client(baseURL: "https://api.example", auth: auth), baseURL: "https://api.example",
            secrets: SecretValues([.named("s"): Self.secret, .named("u"): "me"]))
        #expect(session.masked("the API says: \"\(sent)\"", of: things()) == "the API says: \"•••\"")
    }

    @Test("A session masks its token")
    func token() throws {
        let server = LoopbackServer { request in
            [request.line.hasSuffix("/token") ? .answer("{\"access_token\":\"access-token-9\"}") : .answer("{}")]
        }
        let auth = Auth.oauth2ClientCredentials(OAuth2ClientCredentials(tokenURL: server.url + "/token", clientID: .named("id"), clientSecret: .named("secret")))
        let session = try FetchSession(client: Client(baseURL: server.url, auth: auth), baseURL: server.url, secrets: TokenServer.secrets)
        _ = try session.fetch(server.url + "/x")
        #expect(session.masked("no access-token-9", of: things()) == "no •••")
    }
}
