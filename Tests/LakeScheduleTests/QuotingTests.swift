import LakeSchedule
import Testing

@Suite("Words in the files of schedulers")
struct QuotingTests {
    private static func lines(_ scheduler: Scheduler, _ words: [String]) throws -> [Substring] {
        let export = ScheduledExport(name: "n", program: "/usr/bin/restlake", words: words, lake: "/srv/lake")
        return try export.files(for: scheduler)[0].text.split(separator: "\n")
    }

    private static func line(_ scheduler: Scheduler, _ word: String, _ prefix: String) throws -> String {
        let line = try #require(lines(scheduler, [word]).first { $0.drop { $0 == " " }.hasPrefix(prefix) })
        return String(line.drop { $0 == " " }.dropFirst(prefix.count))
    }

    @Test("systemd: percent signs are specifiers, dollar signs are variables", arguments: [
        ("plain/x-1.json", "plain/x-1.json"), ("", #""""#), ("a b", #""a b""#), ("50%", #""50%%""#), ("$HOME", #""$$HOME""#), (#"a"b\c"#, #""a\"b\\c""#),
        ("a\nb\tc\u{1}", #""a\nb\tc\x01""#), (";", #"";""#), ("it's", #""it's""#), ("ü", #""ü""#),
    ])
    func systemd(_ word: String, _ expected: String) throws {
        #expect(try Self.line(.systemd, word, "ExecStart=/usr/bin/restlake ") == expected)
    }

    @Test("cron: a percent sign ends the command, whatever quotes are around it", arguments: [
        ("a b", "'a b'"), ("50%", #"'50'\%''"#), ("$(x)", "'$(x)'"), ("it's", #"'it'\''s'"#), (#"a\%b"#, #"'a\'\%'b'"#), ("", "''"),
    ])
    func cron(_ word: String, _ expected: String) throws {
        #expect(try Self.line(.cron, word, "0 2 * * * /usr/bin/restlake ") == expected)
    }

    @Test("cron cannot hold the end of a line, and nothing can hold NUL")
    func unsayable() {
        #expect(throws: ScheduleFault.unsayable("a\nb", .cron)) { try Self.lines(.cron, ["a\nb"]) }
        for scheduler in Scheduler.allCases { #expect(throws: ScheduleFault.unsayable("a\0b", scheduler)) { try Self.lines(scheduler, ["a\0b"]) } }
        #expect(throws: ScheduleFault.unsayable("/a\nb", .systemd)) {
            try ScheduledExport(name: "n", program: "/p", words: [], lake: "/a\nb").files(for: .systemd)
        }
    }

    @Test("Kubernetes: $(NAME) is a variable", arguments: [
        ("plain", #""plain""#), ("$(HOME)", #""$$(HOME)""#), ("$$", #""$$$$""#), ("a\"b\\c\n", #""a\"b\\c\n""#), ("yes", #""yes""#), ("", #""""#),
    ])
    func kubernetes(_ word: String, _ expected: String) throws { #expect(try "\"" + Self.line(.kubernetes, word, "- \"") == expected) }

    @Test("GitHub: an expression is replaced before a shell sees it", arguments: [
        ("a b", "restlake 'a b'"), ("${{ secrets.X }}", "restlake '$''{{ secrets.X }}'"), ("$x", "restlake '$x'"),
    ])
    func workflow(_ word: String, _ expected: String) throws { #expect(try Self.line(.githubActions, word, "/usr/bin/") == expected) }

    @Test("GitHub: what cannot stand in a block stands in quotes")
    func workflowQuoted() throws { #expect(try Self.line(.githubActions, "a\nü", "run: ") == #""/usr/bin/restlake 'a\nü'""#) }

    @Test("Airflow: a text of Python", arguments: [
        ("a \"b\" \\ \n \u{7f}", #""a \"b\" \\ \n \x7f","#), ("{{ x }}", #""{{ x }}","#), ("it's ü", #""it's ü","#),
    ])
    func python(_ word: String, _ expected: String) throws { #expect(try Self.lines(.airflow, [word]).contains { $0.drop { $0 == " " } == expected }) }
}
