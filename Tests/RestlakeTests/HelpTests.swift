import Foundation
import Testing

/// Completions and the man page are tried in their shells and readers in the engine checks.
@Suite("Helps, completions, the man page")
struct HelpTests {
    private static func commands(_ bench: Bench) throws -> [String] {
        let help = try bench.restlake(["--help"]).out
        let lines = help.components(separatedBy: "Commands:\n")[1].components(separatedBy: "\n\n")[0].split(separator: "\n")
        return lines.compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    @Test("every command has a help with examples of its own, and nothing on stderr")
    func helps() async throws {
        try await Bench.at { bench in
            let commands = try Self.commands(bench)
            #expect(commands.count >= 20)
            for command in commands {
                let outcome = try bench.restlake([command, "--help"])
                expect(outcome, code: 0, says: ["Usage: restlake \(command)", "\nExamples:\n  restlake "])
                #expect(outcome.err.isEmpty && !outcome.out.contains("\u{1b}"))
                let examples = outcome.out.components(separatedBy: "\nExamples:\n").last?.split(separator: "\n") ?? []
                #expect(examples.allSatisfy { $0.contains("restlake \(command)") }, "\(command)")
            }
        }
    }

    @Test("every shell's completion and the man page name every command")
    func names() async throws {
        try await Bench.at { bench in
            let commands = try Self.commands(bench)
            for words in [["completions", "bash"], ["completions", "zsh"], ["completions", "fish"], ["man"]] {
                let outcome = try bench.restlake(words)
                expect(outcome, code: 0, says: commands + ["over-quarantined"].filter { _ in words[0] == "completions" })
            }
        }
    }

    @Test("a wrong word is told with the right one", arguments: [
        (["completion", "bash"], "Did you mean 'completions'?"), (["completions", "bsh"], "Did you mean 'bash'?"), (["completions"], "expected 1 argument"),
        (["man", "export"], "expected 0 arguments"), (["exprt"], "Did you mean 'export'?"), (["loads", "--chek"], "Did you mean --check?"),
        (["help", "shedule"], "Did you mean 'schedule'?"),
    ])
    func wrong(_ words: [String], _ says: String) async throws {
        try await Bench.at { bench in expect(try bench.restlake(words), code: 64, says: [says]) }
    }
}
