import LakeModel
import Testing

@testable import LakeFetch

@Suite struct OriginTests {
    @Test("An origin is scheme, host and port, with the scheme's own port left out", arguments: [
        ("https://Example.com", "https://example.com"),
        ("HTTPS://example.com:443/a?b#c", "https://example.com"),
        ("http://example.com:443", "http://example.com:443"),
        ("http://example.com:80/", "http://example.com"),
        ("http://example.com:/", "http://example.com"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080"),
        ("http://[::1]:81/x", "http://[::1]:81"),
        ("http://[2001:DB8::1]", "http://[2001:db8::1]"),
        ("https://a_b.example.com?q=http://other@x", "https://a_b.example.com"),
    ])
    func parsing(url: String, expected: String) throws { #expect(try Origin(url: url).description == expected) }

    @Test("What could be read in two ways is refused", arguments: [
        ("example.com/a", URLProblem.notAbsolute), ("//example.com/a", .notAbsolute), ("", .notAbsolute),
        ("ftp://example.com", .schemeRefused("ftp")), ("file:///etc/passwd", .schemeRefused("file")),
        ("http:/example.com", .hostMissing), ("http://", .hostMissing), ("http://:80", .hostMissing),
        ("http://user@example.com", .userInfoRefused), ("http://user:pw@example.com", .userInfoRefused),
        ("http://example.com\\@evil.com", .userInfoRefused), ("http://example.com\\.evil.com", .hostCharacters),
        ("http://exa mple.com", .hostCharacters), ("http://exämple.com", .hostCharacters), ("http://a%2eb", .hostCharacters),
        ("http://example.com/\u{301}evil", nil), ("http://[::1", .hostCharacters), ("http://[zz::1]", .hostCharacters),
        ("http://example.com:0", .portOutOfRange), ("http://example.com:65536", .portOutOfRange), ("http://example.com:8x", .portOutOfRange),
    ] as [(String, URLProblem?)])
    func refusals(url: String, expected: URLProblem?) {
        var problem: URLProblem?
        do throws(URLProblem) { _ = try Origin(url: url) } catch { problem = error }
        #expect(problem == expected)
    }

    @Test("Loopback is this machine by name or by address", arguments: [
        ("http://localhost", true), ("http://api.localhost:1", false), ("http://127.0.0.1", true), ("http://127.9.9.9", true), ("http://[::1]:5", true),
        ("http://127.0.0.1.example.com", false), ("http://localhost.example.com", false), ("http://128.0.0.1", false), ("http://127.0.0", false),
        ("http://notlocalhost", false), ("http://[::2]", false), ("http://127.0.0.256", false),
    ])
    func loopback(url: String, expected: Bool) throws { #expect(try Origin(url: url).isLoopback == expected) }
}

@Suite struct URLTextTests {
    /// RFC 3986, section 5.4, with the base URL stated there.
    static let rfcCases = [
        ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"),
        ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"), ("#s", "http://a/b/c/d;p?q#s"),
        ("g#s", "http://a/b/c/g#s"), ("g?y#s", "http://a/b/c/g?y#s"), (";x", "http://a/b/c/;x"), ("g;x", "http://a/b/c/g;x"),
        ("g;x?y#s", "http://a/b/c/g;x?y#s"), ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"),
        ("..", "http://a/b/"), ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"), ("../../", "http://a/"),
        ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("../../../../g", "http://a/g"), ("/./g", "http://a/g"),
        ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."), (".g", "http://a/b/c/.g"), ("g..", "http://a/b/c/g.."), ("..g", "http://a/b/c/..g"),
        ("./../g", "http://a/b/g"), ("./g/.", "http://a/b/c/g/"), ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"),
        ("g;x=1/./y", "http://a/b/c/g;x=1/y"), ("g;x=1/../y", "http://a/b/c/y"), ("g?y/./x", "http://a/b/c/g?y/./x"),
        ("g?y/../x", "http://a/b/c/g?y/../x"), ("g#s/./x", "http://a/b/c/g#s/./x"), ("g#s/../x", "http://a/b/c/g#s/../x"), ("http:g", "http:g"),
    ]

    @Test("References are resolved as in the examples of RFC 3986", arguments: rfcCases)
    func resolving(reference: String, expected: String) {
        #expect(URLText.resolve(reference, against: "http://a/b/c/d;p?q") == expected)
    }

    @Test("References of real APIs are resolved", arguments: [
        ("?page=2", "https://api.example.com", "https://api.example.com?page=2"),
        ("items?page=2", "https://api.example.com", "https://api.example.com/items?page=2"),
        ("/v2/items?cursor=a b", "https://api.example.com/v1/items?x=1", "https://api.example.com/v2/items?cursor=a%20b"),
        ("https://other.example.com/x/../y", "https://api.example.com/v1/", "https://other.example.com/y"),
        ("a//b", "https://e.com/x/y", "https://e.com/x/a//b"),
    ])
    func resolvingMore(reference: String, base: String, expected: String) { #expect(URLText.resolve(reference, against: base) == expected) }

    @Test("Names and values of a query are quoted but for unreserved letters", arguments: [
        ("a-b_c.d~e9", "a-b_c.d~e9"), ("a b", "a%20b"), ("a+b&c=d#e?f/g", "a%2Bb%26c%3Dd%23e%3Ff%2Fg"), ("ä€😀", "%C3%A4%E2%82%AC%F0%9F%98%80"),
        ("100%", "100%25"), ("", ""), ("\u{0}\n", "%00%0A"),
    ])
    func quoting(text: String, expected: String) {
        #expect(URLText.encodeQuery(text) == expected)
        #expect(URLText.encodePathSegment(text) == expected)
        #expect(percentDecoded(expected) == text)
    }

    @Test("A path segment of dots does not climb", arguments: [(".", "%2E"), ("..", "%2E%2E"), ("...", "..."), ("a/../b", "a%2F..%2Fb")])
    func dotSegments(text: String, expected: String) { #expect(URLText.encodePathSegment(text) == expected) }

    @Test("Base and path are joined with one slash", arguments: [
        ("https://a.com/v1", "items", "https://a.com/v1/items"), ("https://a.com/v1/", "/items", "https://a.com/v1/items"),
        ("https://a.com/v1//", "//items/", "https://a.com/v1/items/"), ("https://a.com/v1", "", "https://a.com/v1/"),
    ])
    func joining(base: String, path: String, expected: String) { #expect(URLText.join(base, path) == expected) }

    @Test("A parameter is replaced in its place or added at the end; the rest keeps its bytes", arguments: [
        ("https://a.com/x", "page", "2", "https://a.com/x?page=2"),
        ("https://a.com/x?", "page", "2", "https://a.com/x?page=2"),
        ("https://a.com/x?b=%2f&page=1&c", "page", "2", "https://a.com/x?b=%2f&page=2&c"),
        ("https://a.com/x?page=1&a=1&page=3#f", "page", "2", "https://a.com/x?page=2&a=1"),
        ("https://a.com/x?p%61ge=1", "page", "2", "https://a.com/x?page=2"),
        ("https://a.com/x?a=1", "c d", "x&y", "https://a.com/x?a=1&c%20d=x%26y"),
    ])
    func setting(url: String, name: String, value: String, expected: String) {
        #expect(URLText.setting([(name, value)], in: url) == expected)
    }

    @Test("Parameters are read in order and decoded")
    func parameters() {
        let found = URLText.parameters(of: "https://a.com/x?a=1+2&b=%C3%A4&c&d=e=f&a=3&%zz=1#x?y=1")
        #expect(found.map(\.name) == ["a", "b", "c", "d", "a", "%zz"])
        #expect(found.map(\.value) == ["1 2", "ä", "", "e=f", "3", "1"])
    }

    @Test("Path and query are what a request line holds", arguments: [
        ("https://a.com", "/"), ("https://a.com?x=1", "/?x=1"), ("https://a.com/b/c?d=e#f", "/b/c?d=e"), ("/b?c", "/b?c"),
    ])
    func pathAndQuery(url: String, expected: String) { #expect(URLText.pathAndQuery(url) == expected) }

    @Test("Only what may not stand in a URL is quoted", arguments: [
        ("https://a.com/b?c=[1]&d=%20", "https://a.com/b?c=[1]&d=%20"), ("https://a.com/a b", "https://a.com/a%20b"),
        ("https://a.com/ä?q=\"x\"", "https://a.com/%C3%A4?q=%22x%22"), ("https://a.com/100%", "https://a.com/100%25"), ("a\r\nb", "a%0D%0Ab"),
    ])
    func requoting(url: String, expected: String) { #expect(URLText.requote(url) == expected) }
}
