import Foundation
import LakeJSON
import Testing

/// What restlake makes of an rclone that is missing, fails, denies or never ends. A true one, and a true store, stand in
/// the engine checks.
@Suite("restlake publish")
struct PublishCommandTests {
    /// A bench with a small lake and a program `rclone` that is a shell script; nil: none.
    private static func at(_ script: String?, _ work: @escaping @Sendable (Bench, [String: String]) throws -> Void) async throws {
        try await Bench.at { bench in
            expect(try bench.sandbox(["--resource", "users"], requests: 3, users: 3), code: 0)
            // A program that a process of many threads writes may still be open in a child of another one, and then is busy.
            let write = "mkdir bin && printf '#!/bin/sh\\n%s\\n' \"$0\" > bin/rclone && chmod 700 bin/rclone"
            if let script { expect(try bench.command(["/bin/sh", "-c", write, script]).end(), code: 0) }
            try work(bench, ["PATH": bench.folder + "/bin" + (script == nil ? "" : ":/bin:/usr/bin"), "AWS_SECRET_ACCESS_KEY": secret])
        }
    }

    private static let secret = "s3cr3t/of+the+store"

    private static func publish(_ bench: Bench, _ place: String, _ options: [String] = [], _ environment: [String: String]) throws -> Outcome {
        try bench.restlake(["publish", place, "--lake", bench.lake] + options, environment: environment)
    }

    @Test("without rclone says which package has it")
    func missing() async throws {
        try await Self.at(nil) { bench, environment in
            for place in ["s3://lake/a", "copy"] {
                expect(try Self.publish(bench, place, [], environment), code: 69, says: ["rclone is not installed", "package 'rclone'"])
            }
        }
    }

    @Test("a place that is none, an unknown load and a dataset onto itself are told before anything runs", arguments: [
        (["https://lake/a"], "nothing is published by https://"), (["s4://lake"], "Did you mean s3://?"), ([":s3,secret_access_key=x:lake"], "connection strings"),
        (["gs://lake", "--endpoint", "http://a"], "--endpoint is for s3:// only"), (["s3://lake", "--endpoint", "http://a:b@c"], "without user name"),
        (["s3://lake", "--load", "nonsense"], "there is no load 'nonsense'"), (["lake"], "the dataset itself"), (["lake/thena_sandbox/x"], "the dataset itself"),
    ])
    func usage(_ words: [String], _ says: String) async throws {
        try await Self.at("echo started >> ran") { bench, environment in
            expect(try Self.publish(bench, words[0], Array(words.dropFirst()), environment), code: 64, says: [says])
            #expect(!FileManager.default.fileExists(atPath: bench.folder + "/ran"))
        }
    }

    struct Failure: Sendable, CustomTestStringConvertible {
        var says: String
        var rclone: Int = 1
        var code: Int32
        var word: String
        var testDescription: String { says }
    }

    @Test("what rclone complains of becomes a code and a sentence, its words escaped and without secrets", arguments: [
        Failure(says: "AccessDenied: Access Denied status code: 403", code: 77, word: "does not allow it"),
        Failure(says: "dial tcp 127.0.0.1:9: connect: connection refused", code: 69, word: "cannot be reached"),
        Failure(says: "NoSuchBucket: The specified bucket does not exist", code: 69, word: "restlake makes none"),
        Failure(says: "SlowDown: Please reduce your request rate.", code: 75, word: "try again later"),
        Failure(says: "write /x: no space left on device", code: 74, word: "no room"),
        Failure(says: "unknown flag: --files-from-raw", rclone: 2, code: 69, word: "1.54 or later"),
        Failure(says: "didn't find section in config file", code: 78, word: "does not know this remote"),
        Failure(says: "something that nobody knows", rclone: 7, code: 74, word: "code 7"),
    ])
    func failures(_ failure: Failure) async throws {
        let script = #"printf '%s\n' "2026/11/27 01:01:39 \#(failure.says) with \#(Self.secret)" >&2; printf 'odd \033[31m line\n' >&2; exit \#(failure.rclone)"#
        try await Self.at(script) { bench, environment in
            let before = tree(bench.lake)
            for options in [[], ["--quiet"], ["--json"], ["--dry-run"]] {
                expect(
                    try Self.publish(bench, "s3://lake/a", options, environment), code: failure.code,
                    says: [failure.word, "rclone: ", "with ***", #"odd \u{1b}[31m line"#], never: [Self.secret, "\u{1b}"])
            }
            #expect(tree(bench.lake) == before)
        }
    }

    @Test("rclone gets no secret by its arguments, and paths by stdin")
    func arguments() async throws {
        try await Self.at(#"echo "$*" >> ran; case "$1" in lsjson) echo '[]';; *) cat >> paths; exit 1;; esac"#) { bench, environment in
            let options = ["--endpoint", "http://127.0.0.1:9", "--rclone-config", "my.conf"]
            _ = try Self.publish(bench, "s3://lake/a", options, environment)
            let ran = try String(contentsOfFile: bench.folder + "/ran", encoding: .utf8)
            #expect(ran.contains("lsjson") && ran.contains("copy --checksum") && ran.contains("--config my.conf") && !ran.contains(Self.secret))
            #expect(ran.contains(":s3:lake/a/thena_sandbox") && !ran.contains("127.0.0.1"))
            let paths = try String(contentsOfFile: bench.folder + "/paths", encoding: .utf8).split(separator: "\n")
            #expect(!paths.isEmpty && paths.allSatisfy { $0.hasPrefix("user") && $0.contains("/load_id=") })
        }
    }

    @Test("a store that takes the data and loses it gets no record")
    func lost() async throws {
        // It copies nothing, and says of every file that it is not there.
        let script = #"case "$1" in lsjson) echo '[]';; copy) cat >> copied;; check) sed 's/^/+ /'; exit 1;; esac"#
        try await Self.at(script) { bench, environment in
            expect(try Self.publish(bench, "s3://lake/a", [], environment), code: 74, says: ["is missing there", "copied twice"])
            let copied = try String(contentsOfFile: bench.folder + "/copied", encoding: .utf8)
            #expect(copied.contains("/load_id=") && !copied.contains("_lake/loads/"))
        }
    }

    @Test("a comparison that says nothing is none")
    func silent() async throws {
        try await Self.at(#"case "$1" in lsjson) echo '[]';; copy) cat >> copied;; check) exit 1;; esac"#) { bench, environment in
            expect(try Self.publish(bench, "s3://lake/a", [], environment), code: 74, says: ["cannot be compared"])
        }
    }

    @Test("a list that is none is not taken for an empty one", arguments: ["exit 0", "echo '{}'", "echo '[{'"])
    func list(_ script: String) async throws {
        try await Self.at(script) { bench, environment in
            expect(try Self.publish(bench, "s3://lake/a", [], environment), code: 69, says: ["did not print a list"])
        }
    }

    @Test("a signal ends rclone too, one that does not listen included", arguments: [SIGINT, SIGTERM], ["", "trap '' TERM INT; "])
    func signal(_ signal: Int32, _ deaf: String) async throws {
        try await Self.at(deaf + "echo $$ > asked; exec sleep 600") { bench, environment in
            let child = try bench.start(["publish", "s3://lake/a", "--lake", bench.lake], environment: environment)
            let end = ContinuousClock.now + .seconds(60)
            let asked = { (try? String(contentsOfFile: bench.folder + "/asked", encoding: .utf8)) ?? "" }
            while !asked().hasSuffix("\n"), ContinuousClock.now < end { usleep(10_000) }
            let id = try #require(pid_t(asked().dropLast()))
            child.send(signal)
            expect(child.end(), code: 128 + signal, says: [signal == SIGINT ? "SIGINT" : "SIGTERM", "Run it again"])
            #expect(kill(id, 0) != 0, "rclone is still there")
        }
    }

    @Test("a file that is damaged or gone here is not published", arguments: [true, false])
    func damaged(_ isGone: Bool) async throws {
        try await Self.at(#"case "$1" in lsjson) echo '[]';; *) echo "$1" >> ran;; esac"#) { bench, environment in
            let name = try #require(tree(bench.lake).keys.sorted().first { $0.hasSuffix(".csv") })
            if isGone { try FileManager.default.removeItem(atPath: bench.lake + "/" + name) } else { try bench.write("x\n", to: "lake/" + name) }
            expect(
                try Self.publish(bench, "s3://lake/a", [], environment), code: 65,
                says: [name, isGone ? "is missing" : "is not what its load says"])
            #expect(!FileManager.default.fileExists(atPath: bench.folder + "/ran"))
        }
    }
}
