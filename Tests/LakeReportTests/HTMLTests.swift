@testable import LakeReport
import Testing

@Suite("The document of a report")
struct HTMLTests {
    private static let noncharacters = String(String.UnicodeScalarView([0xfffe, 0xfdd0, 0x1_ffff].compactMap { Unicode.Scalar($0 as UInt32) }))

    @Test("a text is escaped wherever it stands", arguments: [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"), ("a & b", "a &amp; b"), ("\"x\" 'y'", "&quot;x&quot; &#39;y&#39;"),
        ("<!--", "&lt;!--"), ("&lt;", "&amp;lt;"), ("größe 日本 👩‍🚀", "größe 日本 👩‍🚀"), ("مرحبا", "مرحبا"), ("a\u{202e}b\u{2066}", #"a\u{202e}b\u{2066}"#),
        ("a\u{0}b\u{1b}[31m\u{7f}\u{85}", #"a\u{0}b\u{1b}[31m\u{7f}\u{85}"#), (noncharacters, #"\u{fffe}\u{fdd0}\u{1ffff}"#),
        ("a\r\n\tb", "a\\u{d}\n\tb"), ("\u{fffd}", "\u{fffd}"), ("", ""),
    ] as [(String, String)])
    func escaping(_ text: String, _ escaped: String) {
        #expect(tag("p", .title(text), .label(text)) { text }.text == "<p title=\"\(escaped)\" aria-label=\"\(escaped)\">\(escaped)</p>")
    }

    @Test("elements are nested, and those without content have no end")
    func elements() {
        let html = tag("ul", .class("a", "", "b"), .flag("hidden"), nil) {
            for number in 1...2 { tag("li") { "\(number)" } }
            if html(false) { tag("li") }
            tag("br")
        }
        #expect(html.text == "<ul class=\"a b\" hidden><li>1</li><li>2</li><br></ul>")
        func html(_ value: Bool) -> Bool { value }
    }

    @Test("numbers of a drawing have two digits behind the point at most")
    func geometry() {
        #expect(tag("rect", .number("x", 10), .number("y", 1.0 / 3), .viewBox(200, 0.5)).text == "<rect x=\"10\" y=\"0.33\" viewBox=\"0 0 200 0.5\"></rect>")
        #expect(tag("path", .curve(from: (0, 1), to: (10, 2))).text == "<path d=\"M0 1C5 1 5 2 10 2\"></path>")
    }

    @Test("anchors are plain and no two are alike, whatever the names hold")
    func anchors() {
        let names = ["requests", "a b", "a-b", "<x>", "größe", "日本", "requests", "", "a-b-2"]
        let anchors = Anchor.all("table", names)
        #expect(Set(anchors.values.map(\.name)).count == Set(names).count)
        #expect(anchors["requests"]?.name == "table-requests")
        #expect(anchors.values.allSatisfy { $0.name.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_".unicodeScalars.contains($0)) } })
    }

    @Test("figures are short and can be read", arguments: [
        (Figure.number(0), "0"), (Figure.number(999), "999"), (Figure.number(1000), "1,000"), (Figure.number(1_234_567), "1,234,567"), (Figure.number(-12_345), "−12,345"),
        (Figure.bytes(999), "999 B"), (Figure.bytes(1000), "1.0 KB"), (Figure.bytes(999_499), "999 KB"), (Figure.bytes(999_999), "1.0 MB"), (Figure.bytes(12_340_000), "12.3 MB"),
        (Figure.duration(850), "0.8 s"), (Figure.duration(125_000), "2 min 5 s"), (Figure.duration(11_520_000), "3 h 12 min"),
        (Figure.percent(0), "0 %"), (Figure.percent(0.001), "< 1 %"), (Figure.percent(0.5), "50 %"), (Figure.percent(0.999), "> 99 %"), (Figure.percent(1), "100 %"),
        (Figure.age(30_000) ?? "", "just now"), (Figure.age(3 * 3_600_000) ?? "", "3 h ago"), (Figure.age(72 * 3_600_000) ?? "", "3 days ago"), (Figure.age(-1) ?? "none", "none"),
        (Figure.cut("abcdef", to: 6), "abcdef"), (Figure.cut("abcdefg", to: 6), "abcdef… (7 characters)"), (Figure.cut("ééé", to: 3), "ééé"),
    ])
    func figures(_ found: String, _ expected: String) {
        #expect(found == expected)
    }
}
