import Foundation
import Testing

/// What is printed is held against each scheduler's own rules in the engine checks.
@Suite("restlake schedule")
struct ScheduleCommandTests {
    private static let api = #"""
        {"name": "api", "client": {"base_url": "https://api.example.com", "auth": {"type": "bearer", "token": {"secret": "token"}}}, "resources": ["items"]}
        """#

    @Test("paths become absolute where the export runs on this machine, and secrets are named")
    func local() async throws {
        try await Bench.at { bench in
            try bench.write(Self.api, to: "api.json")
            let outcome = try bench.restlake(["schedule", "systemd", "--at", "3:05", "export", "api.json", "--resource", "items", "--ca-file=ca.pem", "--quiet"])
            expect(outcome, code: 0, says: [
                "restlake export \(bench.folder)/api.json --lake \(bench.folder)/output --resource items --quiet --ca-file \(bench.folder)/ca.pem\n",
                "LoadCredential=api_token:/etc/restlake/api_token\n", "OnCalendar=*-*-* 03:05:00", "# /etc/systemd/system/restlake-api.timer",
            ])
            expect(try bench.restlake(["schedule", "cron", "--", "restlake", "export", "api.json", "--secret", "token=@t"]), code: 0,
                   says: ["--secret token=@\(bench.folder)/t"], never: ["# Secrets"])
            expect(try bench.restlake(["schedule", "kubernetes", "export", "api.json"]), code: 0, says: ["- \"/etc/restlake/api.json\"", "mountPath: \"/lake\""])
            expect(try bench.restlake(["schedule", "github-actions", "export", "./api.json"]), code: 0, says: ["restlake export ./api.json --lake lake"])
        }
    }

    @Test("files go into a folder, never over others")
    func out() async throws {
        try await Bench.at { bench in
            let words = ["schedule", "systemd", "--out", "units", "--name", "night", "export", "thena", "--sandbox"]
            expect(try bench.restlake(words), code: 0, says: ["units/night.service", "units/night.timer"])
            expect(try bench.restlake(words), code: 73, says: ["is there already"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder + "/units").sorted() == ["night.service", "night.timer"])
        }
    }

    @Test("a URL of a webhook in the file is warned of, but not one in a file of its own")
    func webhook() async throws {
        try await Bench.at { bench in
            expect(try bench.restlake(["schedule", "cron", "export", "thena", "--sandbox", "--notify", "https://h/x"]), code: 0, says: ["Warning: the URL of --notify"])
            expect(try bench.restlake(["schedule", "cron", "export", "thena", "--sandbox", "--notify", "@x", "--ping", "@y"]), code: 0, never: ["Warning"])
        }
    }

    @Test("what is wrong is told now, and not at night", arguments: [
        (["systemdd", "export", "thena"], Int32(64), "Did you mean 'systemd'?"), (["cron", "exprt", "thena"], 64, "expected the command line of an export"),
        (["cron", "export"], 64, "expected 1 argument"), (["cron", "export", "thena", "--resorce", "x"], 64, "Did you mean --resource?"),
        (["cron", "export", "thena", "--resource", "user_"], 64, "Did you mean 'users'?"), (["cron", "export", "nowhere.json"], 64, "no file"),
        (["cron", "export", "thena", "--run-id", "x"], 64, "the same every night"), (["cron", "export", "thena", "--plan"], 64, "--plan"),
        (["cron", "--at", "24:00", "export", "thena"], 64, "--at: expected a time of day"), (["cron", "--at", "soon", "export", "thena"], 64, "02:00"),
        (["cron", "--name", "a/b", "export", "thena"], 64, "--name: expected"), (["cron", "export", "thena", "--notify", "x"], 64, "--notify: expected a URL"),
        (["cron", "export", "thena", "--lake", "a\nb"], 64, "cannot hold"), (["kubernetes", "export", "thena", "--lake", "x"], 64, "absolute path"),
        (["cron"], 64, "expected at least 2 arguments"), (["cron", "export", "thena", "--compress", "gz"], 64, "expected gzip"), (["cron", "export", "thena", "--deadline", "soon"], 64, "90s"),
        (["cron", "export", "thena", "--from", "2026"], 64, "incremental"), (["cron", "export", "thena", "--parallel", "0"], 64, "from 1 to 64"),
    ] as [([String], Int32, String)])
    func bad(_ words: [String], code: Int32, says: String) async throws {
        try await Bench.at { bench in expect(try bench.restlake(["schedule"] + words), code: code, says: [says]) }
    }
}
