import Foundation
import Testing

@Suite("restlake notebook")
struct NotebookCommandTests {
    @Test("it is written once, over the lake where it is, and never over a file that is there")
    func written() async throws {
        try await Bench.at { bench in
            expect(try bench.sandbox(["--resource", "users,sub_statuses", "--quiet"]), code: 0)
            let before = tree(bench.lake)
            expect(try bench.restlake(["notebook", "--lake", "lake"]), code: 0, says: ["restlake-notebook.py: 2 tables", "marimo edit"])
            let text = String(decoding: FileManager.default.contents(atPath: bench.folder + "/restlake-notebook.py") ?? Data(), as: UTF8.self)
            #expect(text.contains("LAKE = \"\(bench.lake)\"") && text.contains("DATASET = \"thena_sandbox\"") && text.contains("## `users`"))
            expect(try bench.restlake(["notebook", "--lake", "lake"]), code: 73, says: ["is there already"])
            #expect(try bench.restlake(["notebook", "--lake", "lake", "--out", "-"]).out == text)
            #expect(tree(bench.lake) == before)
        }
    }

    @Test("a dataset without a load has none")
    func empty() async throws {
        try await Bench.at { bench in
            try FileManager.default.createDirectory(atPath: bench.lake + "/api/_lake/loads", withIntermediateDirectories: true)
            expect(try bench.restlake(["notebook", "--lake", bench.lake]), code: 64, says: ["has no load yet"])
        }
    }
}
