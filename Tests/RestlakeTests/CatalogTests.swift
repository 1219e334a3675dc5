import Foundation
import Testing

@Suite("The documentation catalog: a page for everything, and nothing that is not")
struct CatalogTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources/restlake/restlake.docc").path

    private static func page(_ name: String) -> String? {
        FileManager.default.contents(atPath: folder + "/" + name + ".md").map { String(decoding: $0, as: UTF8.self) }
    }

    private static func pages() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) }.sorted()
    }

    /// The lines of a part of a help text, each as what stands left and right of the gap.
    private static func pairs(_ help: String, _ head: String) -> [(left: String, right: String)] {
        let lines = help.components(separatedBy: "\n")
        guard let start = lines.firstIndex(of: head) else { return [] }
        return lines[(start + 1)...].prefix { !$0.isEmpty }.compactMap { line in
            let text = line.trimmingCharacters(in: .whitespaces)
            guard let gap = text.range(of: "  ") else { return nil }
            return (String(text[..<gap.lowerBound]), text[gap.upperBound...].trimmingCharacters(in: .whitespaces))
        }
    }

    /// As a text stands in a table.
    private static func cell(_ text: String) -> String { text.replacingOccurrences(of: "|", with: "\\|") }

    @Test("every command has a page with its usage and each of its options as --help tells them, and no others")
    func commands() async throws {
        try await Bench.at { bench in
            let commands = Self.pairs(try bench.restlake(["--help"]).out, "Commands:").map(\.left)
            #expect(commands.count > 15)
            let index = try #require(Self.page("restlake"))
            for command in commands {
                guard let page = Self.page(command) else {
                    Issue.record("there is no page Sources/restlake/restlake.docc/\(command).md")
                    continue
                }
                let help = try bench.restlake([command, "--help"]).out
                #expect(page.hasPrefix("# restlake \(command)\n"), "\(command).md: its title")
                #expect(index.contains("(\(command).md)"), "restlake.md lists no \(command)")
                let usage = help.components(separatedBy: "\n").first { $0.hasPrefix("Usage: ") }?.dropFirst("Usage: ".count) ?? ""
                #expect(page.contains("\n    \(usage)\n"), "\(command).md lacks its usage:\n    \(usage)")
                let rows = Self.pairs(help, "Options:").map { "| `\(Self.cell($0.left))` | \(Self.cell($0.right)) |" }
                let lines = page.components(separatedBy: "\n")
                for row in rows where !lines.contains(row) { Issue.record("\(command).md lacks this line:\n\(row)") }
                for line in lines where line.hasPrefix("| `-") && !rows.contains(line) { Issue.record("\(command).md has an option that is none now:\n\(line)") }
                for part in ["When to use it: ", "## Examples\n", "## Exit codes\n", "## See also\n"] where !page.contains(part) {
                    Issue.record("\(command).md lacks '\(part.trimmingCharacters(in: .whitespacesAndNewlines))'")
                }
            }
        }
    }

    @Test("every exit code has its line, with the meaning that --help tells, and no other code has one")
    func exitCodes() async throws {
        try await Bench.at { bench in
            let codes = Self.pairs(try bench.restlake(["--help"]).out, "Exit codes:")
            #expect(codes.count == 16)
            let lines = try #require(Self.page("exit-codes")).components(separatedBy: "\n").filter { $0.hasPrefix("| ") && $0.dropFirst(2).first?.isNumber == true }
            #expect(lines.map { String($0.dropFirst(2).prefix { $0.isNumber }) } == codes.map(\.left))
            for (code, line) in zip(codes, lines) { #expect(line.hasPrefix("| \(code.left) | \(code.right) | ")) }
        }
    }

    @Test("every page is in the list, and every link leads to a page")
    func links() throws {
        let pages = try Self.pages(), index = try #require(Self.page("restlake"))
        for name in pages where name != "restlake" { #expect(index.contains("(\(name).md)"), "restlake.md lists no \(name)") }
        for name in pages {
            let text = try #require(Self.page(name))
            for match in text.matches(of: /\]\(([^)\s]+)\)/) {
                let target = String(match.1)
                #expect(target.hasSuffix(".md") && pages.contains(String(target.dropLast(3))), "\(name).md: there is no \(target)")
            }
        }
    }

    // MARK: Documents

    /// What the pages say of where documents are, `<dataset>/_lake/lock`, as patterns.
    private static func places() throws -> [(page: String, pattern: Regex<AnyRegexOutput>)] {
        try pages().flatMap { name in
            let paragraph = page(name)?.components(separatedBy: "\n\n").first { $0.hasPrefix("Where: ") } ?? ""
            return try paragraph.matches(of: /`([^`]+)`/).map { match in
                let parts = String(match.1).split(separator: /<\w+>/, omittingEmptySubsequences: false).map { NSRegularExpression.escapedPattern(for: String($0)) }
                return (name, try Regex(parts.joined(separator: "[^/]+")))
            }
        }
    }

    private static let items = #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "paginator": "single_page"}}"#
    private static let cut = #"{"name": "cut", "endpoint": {"path": "cut", "paginator": {"type": "cursor", "cursor_path": "next", "cursor_param": "after"}}}"#

    /// A lake with a file of every kind.
    private func lake(_ bench: Bench) throws {
        let server = FixtureServer { request in
            switch request.path {
            case "/items": .page(#"[{"id": 1, "tags": ["a"]}, {"name": "without its key"}]"#)
            case "/cut" where request.query["after"] == nil: .items([1], #""next": "b""#)
            default: .page("", status: 503, headers: ["Retry-After: 4000"])
            }
        }
        let definition = try bench.define(server.url, Self.items)
        expect(try bench.export(definition, ["--keep-pages", "--quiet"]), code: 2)
        expect(try bench.export(definition, ["--compress", "gzip", "--quiet"]), code: 2)
        let unfinished = try bench.define(server.url, Self.cut, name: "cut.json")
        expect(try bench.export(unfinished, ["--dataset", "cut", "--attempts", "1", "--quiet"]), code: 75)
    }

    @Test("every file that is written has a page that says where it is, and every such place is written")
    func documents() async throws {
        try await Bench.at { bench in
            try lake(bench)
            let places = try Self.places()
            let files = tree(bench.lake).keys.filter { !bench.isFolder($0) } + ["api/_lake/lock"]
            #expect(files.contains { $0.contains("/staging/") } && files.contains { $0.contains("/quarantine/") } && files.contains { $0.hasSuffix(".gz") })
            for file in files.sorted() where !places.contains(where: { (try? $0.pattern.wholeMatch(in: file)) ?? nil != nil }) {
                Issue.record("no page says anything of \(file)")
            }
            for (page, pattern) in places where !files.contains(where: { (try? pattern.wholeMatch(in: $0)) ?? nil != nil }) {
                Issue.record("\(page).md: nothing is written where it says")
            }
        }
    }
}

extension Bench {
    fileprivate func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: lake + "/" + path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
