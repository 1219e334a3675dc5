import Foundation
import LakeJSON
import LakeModel
import Testing

@Suite("The commands and their outputs")
struct CommandTests {
    private static let items = #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "paginator": "single_page"}}"#

    @Test("help tells of every command, every option and every exit code")
    func help() async throws {
        try await Bench.at { bench in
            let all = try bench.restlake(["--help"])
            expect(all, code: 0, says: ["export", "sources", "loads", "schema", "verify", "recover", "expire", "130", "143", "restlake export thena --sandbox"])
            for command in ["export", "sources", "loads", "schema", "verify", "recover", "expire"] {
                for words in [[command, "--help"], ["help", command], [command, "-h"]] {
                    expect(try bench.restlake(words), code: 0, says: ["Usage: restlake \(command)"])
                }
            }
            expect(try bench.restlake(["export", "--help"]), code: 0, says: [
                "--sandbox", "--lake", "--dataset", "--resource", "--all-resources", "--format", "--compress", "--run-id", "--load-id",
                "--max-pages", "--plan", "--json", "--quiet", "--attempts", "--parallel", "--secret",
            ])
            expect(try bench.restlake(["--version"]), code: 0, says: ["restlake \(restlakeVersion)\n"])
        }
    }

    @Test("every option that help names is taken")
    func optionsOfHelp() async throws {
        try await Bench.at { bench in
            let help = try bench.restlake(["export", "--help"]).out
            let options = help.split(separator: "\n").filter { $0.hasPrefix("  --") }.map { $0.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true) }
            #expect(options.count >= 20)
            for option in options {
                // A bad value for one that takes a value, none for one that does: the option itself must be known.
                let outcome = try bench.restlake(["export", "nowhere.json", String(option[0])])
                #expect(!outcome.err.contains("there is no option"), "\(option[0])")
            }
        }
    }

    @Test("sources: the list, and a definition that can be exported")
    func sources() async throws {
        try await Bench.at { bench in
            expect(try bench.restlake(["sources"]), code: 0, says: ["thena", "requests/custom-fields", "users/{resources.users.id}"])
            let json = try bench.restlake(["sources", "--json"])
            let listed = try Self.lines(json).map { ($0["source"]?.string, $0["resources"]?.array?.count) }
            #expect(listed.map(\.0) == ["thena", "thena_platform"])
            #expect(listed.map(\.1) == [6, 8])
            let definition = try bench.restlake(["sources", "thena"])
            let path = try bench.write(definition.out, to: "mine.json")
            expect(try bench.export(path, ["--sandbox", "--sandbox-requests", "3", "--sandbox-users", "3"]), code: 0)
        }
    }

    @Test("a run id that is committed changes nothing and gives the code of its outcome", arguments: [0, 2])
    func runID(_ code: Int32) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                request.path == "/items" ? .items([request.number]) : .page("{}", status: code == 0 ? 200 : 404)
            }
            let other = #"{"name": "other", "endpoint": {"path": "other", "data_selector": "$", "paginator": "single_page"}}"#
            let definition = try bench.define(server.url, Self.items, other)
            let id = "night run/2026-11-23 \"ü\""
            expect(try bench.export(definition, ["--run-id", id]), code: code)
            let before = tree(bench.lake), requests = server.requests.count
            expect(try bench.export(definition, ["--run-id", id]), code: code, says: [id, "nothing was done"])
            let json = try bench.export(definition, ["--run-id", id, "--json"])
            expect(json, code: code)
            #expect(try Self.lines(json).last?["repeated"]?.bool == true)
            #expect(tree(bench.lake) == before && server.requests.count == requests)
            expect(try bench.export(definition, ["--run-id", "another"]), code: code)
            expect(try bench.restlake(["loads", "--lake", bench.lake]), code: 0, says: [id, "another"])
        }
    }

    private static func lines(_ outcome: Outcome) throws -> [JSONValue] {
        try outcome.out.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    @Test("--json: every line of stdout is an event, stderr is silent, and the last one is the end", arguments: [
        (["--sandbox", "--sandbox-requests", "30", "--sandbox-users", "3"], Int32(0), "finished"),
        (["--sandbox", "--sandbox-requests", "300", "--resource", "requests", "--max-pages", "1"], 2, "finished"),
        (["--resource", "users"], 78, "failed"),
        (["--sandbox", "--resource", "usrs"], 64, "failed"),
        (["--sandbox", "--load-id", "x"], 64, "failed"),
        (["--sandbox", "--load-id", "20200101T000000Z-000000", "--dataset", "nowhere/else"], 64, "failed"),
    ])
    func json(_ options: [String], code: Int32, last: String) async throws {
        try await Bench.at { bench in
            let outcome = try bench.export("thena", options + ["--json"])
            #expect(outcome.code == code && outcome.err.isEmpty, "\(outcome.both)")
            let events = try Self.lines(outcome)
            #expect(events.allSatisfy { $0["event"]?.string != nil })
            #expect(events.last?["event"]?.string == last)
            #expect(events.last?["exit_code"]?.int == Int(code))
            #expect(events.dropLast().allSatisfy { !["finished", "failed"].contains($0["event"]?.string) })
        }
    }

    @Test("--quiet says nothing of what went well, and everything of what did not")
    func quiet() async throws {
        try await Bench.at { bench in
            let fine = try bench.sandbox(["--quiet"])
            #expect(fine.code == 0 && fine.both.isEmpty)
            let partial = try bench.sandbox(["--quiet", "--max-pages", "1", "--resource", "requests"], requests: 300)
            expect(partial, code: 2, says: ["requests is partial"])
            #expect(partial.out.isEmpty)
            expect(try bench.restlake(["export", "thena", "--quiet", "--lake", bench.lake]), code: 78, says: ["bearer_token"])
        }
    }

    @Test("--plan asks for one page of each resource and writes nothing", arguments: [[], ["--json"]])
    func plan(_ options: [String]) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in request.path == "/gone" ? .page("{}", status: 404) : .items(1...3, #""next_cursor": "A""#) }
            let gone = #"{"name": "gone", "selected": false}"#
            let child = #"{"name": "item", "endpoint": "items/{resources.auto.id}"}"#
            let definition = try bench.define(server.url, Self.items, #"{"name": "auto"}"#, child, gone)
            let plan = try bench.export(definition, ["--plan"] + options)
            expect(plan, code: 0, says: ["items", "single_page", "cursor", "next_cursor", "auto", "replace", "merge"])
            if !options.isEmpty { #expect(try Self.lines(plan).last?["event"]?.string == "planned") }
            #expect(server.requests.map(\.path).sorted() == ["/auto", "/items"], "side by side, in any order")
            expect(try bench.export(definition, ["--plan", "--all-resources"] + options), code: 69, says: ["404"])
            #expect(tree(bench.lake).isEmpty)
        }
    }

    @Test("loads and schema tell what the lake holds, as text and as JSON")
    func lakeCommands() async throws {
        try await Bench.at { bench in
            let lake = ["--lake", bench.lake]
            expect(try bench.sandbox(["--run-id", "one"]), code: 0)
            expect(try bench.sandbox(), code: 0)
            let loads = try bench.restlake(["loads"] + lake)
            let ids = bench.dataset("thena_sandbox").loads
            expect(loads, code: 0, says: ids + ["one", "complete"])
            #expect(try #require(loads.out.range(of: ids[1])).lowerBound < #require(loads.out.range(of: ids[0])).lowerBound, "the newest first")
            #expect(try Self.lines(try bench.restlake(["loads", "--json"] + lake)).map { $0["load_id"]?.string } == [ids[1], ids[0]])
            expect(try bench.restlake(["schema"] + lake), code: 0, says: ["requests__tags", "v2"])
            expect(try bench.restlake(["schema", "requests"] + lake), code: 0, says: ["_row_number", "$.id", "add_column", "read_json"])
            expect(try bench.restlake(["schema", "requests", "--diff", "1", "2"] + lake), code: 0, says: ["add_column", "widen_type"])
            let diff = try Self.lines(try bench.restlake(["schema", "requests", "--diff", "v1", "v2", "--json"] + lake))
            #expect(Set(diff.compactMap { $0["what"]?.string }) == ["add_column", "widen_type"])
            expect(try bench.restlake(["schema", "request"] + lake), code: 64, says: ["Did you mean 'requests'?"])
            expect(try bench.restlake(["schema", "requests", "--diff", "1", "9"] + lake), code: 64, says: ["1, 2"])
            expect(try bench.restlake(["schema", "requests", "--diff", "1"] + lake), code: 64, says: ["--diff"])
            expect(try bench.restlake(["schema", "--diff", "1", "2"] + lake), code: 64, says: ["--diff needs a table"])
            expect(try bench.restlake(["recover"] + lake), code: 0, says: ["nothing to do"])
        }
    }

    @Test("a load that a killed run had not finished is told, and removed where that is asked for")
    func killed() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in request.number == 2 ? .held(.items([2])) : .items([1]) }
            let definition = try bench.define(server.url, Self.items)
            expect(try bench.export(definition), code: 0)
            let before = tree(bench.lake)
            let child = try bench.start(["export", definition, "--lake", bench.lake])
            #expect(server.wait(for: 2))
            child.send(SIGKILL)
            _ = child.end()
            #expect(bench.dataset().staging.count == 1)
            let outcome = try bench.restlake(["recover", "--lake", bench.lake])
            expect(outcome, code: 0, says: ["is unfinished", "restlake recover --discard"])
            #expect(bench.dataset().staging.count == 1)
            expect(try bench.restlake(["recover", "--discard", "--lake", bench.lake]), code: 0, says: ["is unfinished; removed."])
            #expect(tree(bench.lake) == before)
            expect(try bench.export(definition), code: 0)
        }
    }

    @Test("a damaged manifest is made anew from the load records; a newer format is refused")
    func damagedDocuments() async throws {
        try await Bench.at { bench in
            expect(try bench.sandbox(["--resource", "users"]), code: 0)
            let manifest = bench.lake + "/thena_sandbox/manifest.json"
            let good = try String(contentsOfFile: manifest, encoding: .utf8)
            try "{".write(toFile: manifest, atomically: false, encoding: .utf8)
            expect(try bench.restlake(["loads", "--lake", bench.lake]), code: 0, says: bench.dataset("thena_sandbox").loads)
            expect(try bench.restlake(["recover", "--lake", bench.lake]), code: 0, says: ["manifest.json anew"])
            #expect(try String(contentsOfFile: manifest, encoding: .utf8) == good)
            try good.replacingOccurrences(of: "\"restlake_format\": 1", with: "\"restlake_format\": 99").write(toFile: manifest, atomically: false, encoding: .utf8)
            expect(try bench.sandbox(["--resource", "users"]), code: 65, says: ["manifest.json", "99", "newer restlake"])
        }
    }

    @Test("nobody reads the output any more: the run goes on to its end", arguments: ["", "--json", "--quiet"])
    func closedPipe(_ option: String) async throws {
        try await Bench.at { bench in
            let script = "(\"$0\" export thena --sandbox --sandbox-requests 30 --sandbox-users 3 --lake \"$1\" \(option) 2>&1; echo $? > code) | true"
            _ = try bench.command(["/bin/sh", "-c", script, Executable.path, bench.lake]).end()
            #expect(try String(contentsOfFile: bench.folder + "/code", encoding: .utf8) == "0\n")
            #expect(bench.dataset("thena_sandbox").loads.count == 1)
        }
    }

    @Test("without any output at all")
    func closedOutputs() async throws {
        try await Bench.at { bench in
            let script = "exec \"$0\" export thena --sandbox --sandbox-requests 30 --sandbox-users 3 --lake \"$1\" >&- 2>&- <&-"
            #expect(try bench.command(["/bin/sh", "-c", script, Executable.path, bench.lake]).end().code == 0)
            #expect(bench.dataset("thena_sandbox").loads.count == 1)
            expect(try bench.dataset("thena_sandbox").checkSums(bench), code: 0)
            let stray = tree(bench.lake).filter { name, bytes in name.hasSuffix(".jsonl") && bytes.range(of: Data("Load ".utf8)) != nil }
            #expect(stray.isEmpty, "what was said went into a data file")
        }
    }
}
