import LakeCommit
import LakeFiles
import LakeModel
import Testing

/// Holds what the manifest says of the rows that count against a model that knows nothing but the words: `append` adds,
/// `merge` puts a row in the place of those with its key, a complete `replace` takes the place of everything.
@Suite("Which rows count") struct DispositionTests {
    struct Step: Sendable, CustomStringConvertible {
        var disposition: WriteDisposition
        var outcome = ResourceOutcome.complete
        var replaces = false
        /// Keys of the rows of the root table.
        var keys: [Int]
        /// Rows of the child table, one under each record.
        var hasChild = false
        /// Put back from a quarantine: added, whatever the outcome.
        var supplements = false
        var description: String { "\(disposition)\(replaces ? "!" : "") \(supplements ? "supplement " : "")\(outcome) \(keys)\(hasChild ? "+" : "")" }
    }

    private static func a(_ keys: Int..., child: Bool = false) -> Step { Step(disposition: .append, keys: keys, hasChild: child) }
    private static func m(_ keys: Int..., child: Bool = false) -> Step { Step(disposition: .merge, keys: keys, hasChild: child) }
    private static func r(_ keys: Int..., child: Bool = false) -> Step { Step(disposition: .replace, keys: keys, hasChild: child) }
    private static func partial(_ step: Step) -> Step { var step = step; step.outcome = .partial; return step }
    private static func failed(_ step: Step) -> Step { var step = step; step.outcome = .failed; return step }
    private static func full(_ step: Step) -> Step { var step = step; step.replaces = true; return step }

    private static func added(_ step: Step) -> Step { var step = step; step.supplements = true; return step }

    static let cases: [[Step]] = [
        [a(1, 2), a(2, 3), partial(a(4)), failed(a(5))],
        [r(1, 2), r(3), partial(r(4)), failed(r(5)), partial(r(4))],
        [partial(r(1)), r(2)], [r(1, 2), r()],
        [m(1, 2), m(2, 3), partial(m(1)), failed(m(2))],
        // --full-refresh
        [a(1), a(2), full(a(3)), a(4)], [a(1), partial(full(a(2))), a(3)], [a(1), failed(full(a(2)))], [a(1), full(a()), a(2)],
        [m(1, 2), full(m(2)), m(3)], [m(1, 2), partial(full(m(2))), m(3)], [m(1, 2), full(m())], [r(1), full(r(2)), r(3)],
        [a(1, child: true), full(a(2))], [m(1, child: true), full(m(1)), m(2, child: true)],
        // From one disposition to another
        [a(1, 1), r(2)], [a(1, 1), partial(r(2)), partial(r(3)), r(4), partial(r(5))], [a(1), failed(r(2)), a(3)],
        [m(1, 2), partial(r(1)), r(3)], [m(1, 2, child: true), r(1)], [a(1, child: true), partial(r(2, child: true)), r(3)],
        [a(1), partial(r(2, child: true)), r(3)],
        [r(1, 2), r(3), partial(r(3)), a(3, 4)], [r(1), r(), a(2)], [r(1), partial(a(2)), a(3)], [r(1), r(2), full(a(3)), a(4)],
        [r(1), r(2), partial(r(2)), m(3), m(2)], [r(1, 2), m(2), r(3), m(3, 4)],
        [a(1, 1, 2), m(1), m(2)], [m(1, 2), m(1), a(1, 3), a(1)], [a(1, 1), m(1), a(1), m(2), m(1)],
        // Put back from a quarantine
        [r(1, 2), added(r(3)), partial(r(4)), added(partial(r(5))), r(6), added(r(7))], [a(1), added(a(1)), full(a(2)), added(a(3))],
        [m(1, 2), added(m(2, 3)), full(m(1)), added(m(4))], [a(1), added(r(2)), r(3)], [r(1, 2), added(m(3)), m(2)], [a(1, 1), added(m(1)), a(2)],
        [m(1, child: true), added(m(2)), added(m(3, child: true)), r(1)], [added(r(1)), r(2)],
        [a(1, 1), m(1), full(m(2)), a(2)], [full(a(1)), a(1), m(1), a(1)], [m(1), a(1), full(a(1)), m(1)],
    ]

    @Test("are those that the words name, told by the manifest alone", arguments: cases) func counts(_ steps: [Step]) throws {
        let lake = try Lake()
        let dataset = try lake.open()
        var model: [String: [Row]] = [:]
        var row = 0, day = 0, root: WriteDisposition?
        for step in steps {
            day += 1
            let first = row
            let records = step.keys.map { key in
                row += 1
                return #"{"id":\#(key),"row":\#(row)\#(step.hasChild ? #","t":[{"row":\#(row)}]"# : "")}"#
            }
            try commit(dataset, loadID(day), [
                Portion(
                    resource: "r", pages: ["[" + records.joined(separator: ",") + "]"], key: step.disposition == .merge ? ["id"] : [],
                    disposition: step.disposition, outcome: step.outcome, replaces: step.replaces,
                    supplements: step.supplements),
            ], options: FileOptions(formats: [.jsonl]))
            if step.outcome == .failed { continue }
            // What a partial replace is, its resource was not yet: until it is complete the rows go the old way.
            let isWhole = step.outcome == .complete && !step.supplements
            if isWhole || step.disposition != .replace || root == nil { root = step.disposition }
            let disposition = try #require(root)
            let isSnapshot = isWhole && (step.replaces || disposition == .replace)
            for table in ["r"] + (step.hasChild || model["r__t"] != nil ? ["r__t"] : []) {
                var rows = isSnapshot ? [] : model[table] ?? []
                for (index, key) in step.keys.enumerated() where table == "r" || step.hasChild {
                    if disposition == .merge, table == "r" { rows.removeAll { $0.key == key } }
                    rows.append(Row(key: table == "r" ? key : 0, row: first + index + 1))
                }
                model[table] = rows
            }
            for table in dataset.manifest.tables {
                let found = try counting(table, dataset.manifest, lake).map(\.row)
                #expect(found == model[table.name]?.map(\.row) ?? [], "\(table.name) after load \(day) of \(steps)")
            }
        }
        let read = try Dataset.readManifest(lake.paths, name: "test")
        #expect(!read.isBehind && read.manifest == dataset.manifest)
        try Disk.remove(lake.paths.manifest)
        #expect(try Dataset.readManifest(lake.paths, name: "test").manifest == dataset.manifest)
    }

    struct Row: Hashable { var key: Int, row: Int }

    /// Reads a table as the comment on the manifest tells.
    private func counting(_ table: Manifest.Table, _ manifest: Manifest, _ lake: Lake) throws -> [Row] {
        let records = try Dataset.committedLoads(lake.paths).compactMap { try Dataset.record(lake.paths, $0.text) }
        var rows: [Row] = []
        for record in records {
            var disposition = table.writeDisposition
            for earlier in table.earlierDispositions.reversed() where record.load < earlier.before { disposition = earlier.writeDisposition }
            for file in record.files where file.table == table.name {
                if table.writeDisposition == .replace ? !table.liveFiles.contains(file.path) : record.load < table.liveSince ?? "" { continue }
                for row in try read(lake.paths.absolute(file.path)) {
                    if disposition == .merge, table.parent == nil { rows.removeAll { $0.key == row.key } }
                    rows.append(row)
                }
            }
        }
        return rows
    }

    private func read(_ path: String) throws -> [Row] {
        let text = String(decoding: try #require(try Disk.read(path, first: 1 << 20)), as: UTF8.self)
        return try text.split(separator: "\n").map { line in
            func number(_ name: String) -> Int? {
                line.firstRange(of: "\"\(name)\":").flatMap { Int(line[$0.upperBound...].prefix { $0.isNumber }) }
            }
            return Row(key: number("id") ?? 0, row: try #require(number("row")))
        }
    }

    @Test("members that say nothing are not there") func absent() throws {
        let lake = try Lake()
        let dataset = try lake.open()
        func members() -> [String] {
            (dataset.manifest.json["tables"]?["r"]?.object ?? []).map(\.key).filter { ["live_files", "live_since", "earlier_dispositions"].contains($0) }
        }
        func load(_ day: Int, _ disposition: WriteDisposition, replaces: Bool = false, page: String = #"[{"id":1}]"#) throws {
            try commit(dataset, loadID(day), [Portion(resource: "r", pages: [page], key: ["id"], disposition: disposition, replaces: replaces)])
        }
        try load(1, .append)
        #expect(members() == [])
        try load(2, .merge)
        #expect(members() == ["earlier_dispositions"])
        try load(3, .merge, replaces: true)
        #expect(members() == ["live_since"] && dataset.manifest.table("r")?.liveSince == loadID(3).text)
        try load(4, .replace)
        #expect(members() == ["live_files"])
        try load(5, .replace, page: "[]")
        #expect(members() == ["live_files", "live_since"] && dataset.manifest.table("r")?.liveSince == loadID(5).text)
        try load(6, .replace)
        #expect(members() == ["live_files"])
        try load(7, .append)
        #expect(members() == ["live_since", "earlier_dispositions"] && dataset.manifest.table("r")?.liveSince == loadID(6).text)
    }
}
