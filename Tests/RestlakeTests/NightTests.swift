import Foundation
import LakeJSON
import Testing

/// How an export tells machines of its end. Validators of each form stand in the engine checks.
@Suite("Export: metrics, lineage, notices, pings")
struct NightTests {
    private static let items = #"{"name": "items", "primary_key": "id", "endpoint": {"path": "items", "paginator": "single_page"}}"#

    /// An API at /items, and whatever else is asked for is a webhook or a ping.
    private static func server(_ page: FixtureServer.Answer = .items([1, 2]), hook: Int = 200) -> FixtureServer {
        FixtureServer { $0.path == "/items" ? page : .page("ok", status: hook) }
    }

    private static func told(_ server: FixtureServer) -> [FixtureServer.Request] { server.requests.filter { $0.path != "/items" } }

    @Test("a partial run: metrics, events, webhook, command and ping say so")
    func partial() async throws {
        try await Bench.at { bench in
            let server = Self.server(.page(#"[{"id": 1}, {"name": "no id"}]"#))
            try bench.write("\(server.url)/hook/s3cr3t?k=s3cr3t\n", to: "hook.url")
            let outcome = try bench.export(try bench.define(server.url, Self.items), [
                "--metrics-file", "m.prom", "--openlineage", "events.jsonl", "--notify", "@hook.url", "--notify", "command:cat > notice.json; echo seen",
                "--ping", "\(server.url)/ping/s3cr3t/", "--run-id", "night 1",
            ], environment: ["OPENLINEAGE_NAMESPACE": "nights"])
            expect(outcome, code: 2, says: ["seen"], never: ["s3cr3t"])
            #expect(Self.told(server).map { "\($0.method) \($0.target)" } == ["GET /ping/s3cr3t/start", "POST /hook/s3cr3t?k=s3cr3t", "GET /ping/s3cr3t/fail"])
            let notice = try #require(Self.told(server).first { $0.method == "POST" })
            #expect(notice.header("Content-Type") == "application/json" && notice.json["reasons"] == ["partial"] && notice.json["run_id"] == "night 1")
            #expect(notice.json["resources"]?.array?.first?["quarantined"] == 1)
            #expect(try Data(contentsOf: URL(fileURLWithPath: bench.folder + "/notice.json")) == Data(notice.body.utf8))
            let metrics = try String(contentsOfFile: bench.folder + "/m.prom", encoding: .utf8)
            #expect(metrics.contains(#"restlake_run_exit_code{dataset="api",source="api"} 2"#) && metrics.contains(#"state="quarantined"} 1"#))
            #expect(metrics.contains(#"restlake_last_success_timestamp_seconds{dataset="api",source="api"} 0"#))
            let events = try Self.lines(bench, "events.jsonl")
            #expect(events.map { $0["eventType"] } == ["START", "COMPLETE"] && events.allSatisfy { $0["job"]?["namespace"] == "nights" })
            #expect(Set(events.map { $0["run"]?["runId"] }).count == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder).filter { $0.hasPrefix("m.prom") } == ["m.prom"])
            let mode = try FileManager.default.attributesOfItem(atPath: bench.folder + "/m.prom")[.posixPermissions] as? Int
            #expect(mode == 0o644)
        }
    }

    private static func lines(_ bench: Bench, _ name: String) throws -> [JSONValue] {
        try String(contentsOfFile: bench.folder + "/" + name, encoding: .utf8).split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    @Test("a run that fails, whenever it does, is told", arguments: [
        ("the API refuses", #"{"name": "items", "endpoint": {"path": "items"}}"#, Int32(69), "items: the first page was refused with status 404"),
        ("a secret is missing", #"{"name": "items", "endpoint": {"path": "items", "params": {"k": {"secret": "gone"}}}}"#, 78, "The secret 'gone' is missing"),
        ("the definition is none", "17", 78, "resources[0]: expected a name"),
    ] as [(String, String, Int32, String)])
    func failure(_ name: String, _ resource: String, code: Int32, says words: String) async throws {
        try await Bench.at { bench in
            let server = Self.server(.page("{}", status: 404))
            // Its file has another name: all runs of it are told under one all the same, where it can be read.
            let outcome = try bench.export(try bench.define(server.url, resource, name: name == "the definition is none" ? "api.json" : "other.json"), [
                "--metrics-file", "m.prom", "--openlineage", "events.jsonl", "--notify", server.url + "/hook", "--ping", server.url + "/ping",
            ])
            expect(outcome, code: code, says: [words])
            let notice = try #require(Self.told(server).first { $0.method == "POST" }).json
            #expect(notice["reasons"] == ["failure"] && notice["exit_code"] == .int(Int(code)) && notice["message"]?.string?.contains(words) == true)
            #expect(Self.told(server).map(\.path) == ["/ping/start", "/hook", "/ping/fail"])
            #expect(try Self.lines(bench, "events.jsonl").map { $0["eventType"] } == ["START", "FAIL"])
            let metrics = try String(contentsOfFile: bench.folder + "/m.prom", encoding: .utf8)
            #expect(metrics.contains("restlake_run_exit_code{dataset=\"api\",source=\"api\"} \(code)"))
        }
    }

    @Test("a schema change is told, the first load is none, and success only when asked for")
    func changes() async throws {
        try await Bench.at { bench in
            let server = FixtureServer { request in
                request.path != "/items" ? .page("ok") : .page(request.number == 1 ? #"[{"id": 1}]"# : #"[{"id": 1, "region": "EU"}]"#)
            }
            let definition = try bench.define(server.url, Self.items), options = ["--notify", server.url + "/hook", "--quiet"]
            expect(try bench.export(definition, options), code: 0)
            #expect(Self.told(server).isEmpty)
            expect(try bench.export(definition, options), code: 0)
            let notice = try #require(Self.told(server).first).json
            #expect(notice["reasons"] == ["schema_change"] && notice["changes"]?.array?.first?["column"] == "region")
            expect(try bench.export(definition, options + ["--notify-on", "success,failure"]), code: 0)
            #expect(Self.told(server).last?.json["reasons"] == ["success"])
        }
    }

    @Test("what cannot be told changes nothing, and no address is shown")
    func deaf() async throws {
        try await Bench.at { bench in
            let server = Self.server(hook: 403)
            let dead = "http://127.0.0.1:\(FixtureServer.deadPort())/s3cr3t"
            let outcome = try bench.export(try bench.define(server.url, Self.items), [
                "--notify", server.url + "/s3cr3t", "--notify", dead, "--notify", "command:exit 3 # s3cr3t", "--notify", "command:kill -9 $$",
                "--notify-on", "success", "--ping", dead,
            ])
            expect(outcome, code: 0, says: ["--notify: the answer was status 403", "--notify: no connection", "ended with code 3", "ended by signal 9",
                                            "--ping: no connection"], never: ["s3cr3t"])
        }
    }

    @Test("what is wrong with these options is told before anything is asked, without their values", arguments: [
        (["--notify", "s3cr3t"], Int32(64), "--notify: expected a URL"), (["--notify", "ftp://s3cr3t"], 64, "expected a URL"),
        (["--notify", "https://u:s3cr3t@h/x"], 64, "without user name"), (["--notify", "command: "], 64, "no command"), (["--notify", "@nowhere"], 78, "no file 'nowhere'"),
        (["--ping", "s3cr3t"], 64, "--ping: expected a URL"), (["--notify-on", "failure"], 64, "goes with --notify"),
        (["--notify", "http://h", "--notify-on", "failur"], 64, "Did you mean 'failure'?"), (["--metrics-file", "gone/m.prom"], 73, "there is no folder"),
        (["--openlineage", "."], 73, "is a folder"), (["--log", "jsn"], 64, "Did you mean 'json'?"),
    ] as [([String], Int32, String)])
    func bad(_ options: [String], code: Int32, says words: String) async throws {
        try await Bench.at { bench in
            let server = Self.server()
            expect(try bench.export(try bench.define(server.url, Self.items), options), code: code, says: [words], never: ["s3cr3t"])
            #expect(server.requests.isEmpty && tree(bench.lake).isEmpty)
        }
    }

    @Test("--log json: every line of stderr is an event with time and level; stdout stays as it is")
    func log() async throws {
        try await Bench.at { bench in
            let server = Self.server(.page(#"[{"id": 1}, {"name": "no id"}]"#))
            let definition = try bench.define(server.url, Self.items)
            let outcome = try bench.export(definition, ["--log", "json"])
            expect(outcome, code: 2, says: ["is committed, partial"])
            let lines = try outcome.err.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            #expect(lines.compactMap { $0["event"]?.string } == ["message", "started", "resource", "publishing", "finished"])
            #expect(lines.allSatisfy { $0.object?.prefix(4).map(\.key) == ["event", "event_format", "time", "level"] && $0["event_format"] == 1 })
            #expect(lines.map { $0["level"] } == ["info", "info", "warning", "info", "warning"])
            let both = try bench.export(definition, ["--log", "json", "--json"])
            let events = try both.out.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            #expect(events.last?["event"] == "finished" && events.allSatisfy { $0["event_format"] == 1 && $0["time"] == nil })
            let failed = try bench.restlake(["export", "nowhere.json", "--log", "json"])
            let end = try JSONValue(parsing: failed.err)
            #expect(failed.code == 64 && end["event"] == "failed" && end["level"] == "error" && end["exit_code"] == 64)
        }
    }

    @Test("a run that is stopped tells it too")
    func stopped() async throws {
        try await Bench.at { bench in
            let server = Self.server(.held(.items([1])))
            let child = try bench.start([
                "export", try bench.define(server.url, Self.items), "--lake", bench.lake, "--openlineage", "events.jsonl", "--notify", server.url + "/hook",
                "--ping", server.url + "/ping",
            ])
            #expect(server.wait(for: 2))
            child.send(SIGTERM)
            expect(child.end(), code: 143, says: ["Stopped by SIGTERM"])
            #expect(Self.told(server).map(\.path) == ["/ping/start", "/hook", "/ping/fail"])
            #expect(Self.told(server)[1].json["exit_code"] == 143)
            #expect(try Self.lines(bench, "events.jsonl").map { $0["eventType"] } == ["START", "ABORT"])
        }
    }

    @Test("requests that were sent once more are counted")
    func retries() async throws {
        try await Bench.at { bench in
            let server = FixtureServer(["/items": [.page("", status: 503, headers: ["Retry-After: 0"]), .items([1])]])
            expect(try bench.export(try bench.define(server.url, Self.items), ["--metrics-file", "m.prom"]), code: 0)
            let metrics = try String(contentsOfFile: bench.folder + "/m.prom", encoding: .utf8)
            #expect(metrics.contains(#"restlake_resource_retries{dataset="api",source="api",resource="items"} 1"#))
            #expect(metrics.contains(#"restlake_resource_requests{dataset="api",source="api",resource="items"} 2"#))
        }
    }

    @Test("a plan tells nobody")
    func plan() async throws {
        try await Bench.at { bench in
            let server = Self.server()
            let options = ["--plan", "--notify", server.url + "/hook", "--notify-on", "success", "--ping", server.url + "/ping", "--metrics-file", "m.prom"]
            expect(try bench.export(try bench.define(server.url, Self.items), options), code: 0)
            #expect(Self.told(server).isEmpty && !FileManager.default.fileExists(atPath: bench.folder + "/m.prom"))
        }
    }

    @Test("loads --check: the codes and the line of a monitor's plugin")
    func check() async throws {
        try await Bench.at { bench in
            let check = { (words: [String]) in try bench.restlake(["loads", "--check", "--lake", bench.lake] + words) }
            expect(try check(["--max-age", "1h"]), code: 3, says: ["RESTLAKE UNKNOWN - There is no lake"])
            let server = FixtureServer { request in request.number == 1 ? .items([1]) : .page(#"[{"x": 1}, {"id": 2}]"#) }
            let definition = try bench.define(server.url, Self.items)
            expect(try bench.export(definition), code: 0)
            expect(try check(["--max-age", "1h"]), code: 0, says: ["RESTLAKE OK - api: load ", "'api age'="])
            expect(try check(["--max-age", "1ms"]), code: 2, says: ["RESTLAKE CRITICAL - api: load ", "expected at most"])
            expect(try bench.export(definition), code: 2)
            expect(try check([]), code: 1, says: ["RESTLAKE WARNING - api: load ", "is partial"])
            let json = try JSONValue(parsing: try check(["--json"]).out)
            #expect(json["level"] == "warning" && json["exit_code"] == 1 && json["dataset"] == "api")
            expect(try check(["--dataset", "nope"]), code: 3, says: ["UNKNOWN", "no dataset 'nope'"])
            expect(try bench.restlake(["loads", "--max-age", "1h", "--lake", bench.lake]), code: 64, says: ["goes with --check"])
            expect(try check(["--max-age", "soon"]), code: 64, says: ["--max-age: expected a time"])
        }
    }
}
