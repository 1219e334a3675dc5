import Glibc
import LakeJSON
import LakeMCP
import LakeModel

/// `restlake export` for an assistant, where the person allows it: a run of its own, as from the command line. Secrets are
/// found where that finds them; none is an argument here.
enum ExportTool {
    private static let seconds: Int64 = 6 * 3600
    private static let mostBytes = 16 << 20

    static let tool = AssistantTool(
        spec: ToolSpec(
            "export", "Export an API", "Asks an API for all pages of its resources and adds them to the lake as one load: a dataset grows, nothing is removed. "
                + "Use it only when the person asks for it.",
            [
                .init("source", .text(most: 1000), isRequired: true, "a built-in source, or the path of a definition in the project"),
                .init("sandbox", .flag, "ask the built-in loopback API instead: no account, no network"),
                .init("resources", .texts(most: 100), "only these resources (default: those that the definition selects)"),
                .init("dataset", .text(most: 100), "the dataset (default: the source's name)"),
            ], isReadOnly: false, reachesOut: true)
    ) { tools, call, flag in
        let source = call.text("source") ?? ""
        // A path is held to the project, as everywhere; the file itself is checked by the run.
        let isBuiltIn = Definitions.isBuiltIn(source)
        if !isBuiltIn { _ = try tools.place.definition(source) }
        let words = [tools.lakeOption, "--json"] + (call.flag("sandbox") ? ["--sandbox"] : []) + call.texts("resources").map { "--resource=" + $0 }
            + (call.text("dataset").map { ["--dataset=" + $0] } ?? [])
        let path = isBuiltIn || source.hasPrefix("/") ? source : tools.place.project + "/" + source
        let answer = try ClientProgram.run(
            ["/proc/self/exe", "export"] + words + ["--", path], input: "",
            bounds: ClientProgram.Bounds(milliseconds: seconds * 1000, bytes: mostBytes, isStopped: { flag.isSet }))
        return ExportTool.answer(answer)
    }

    /// The result, and what was said on the way: progress is left out.
    private static func answer(_ answer: ClientProgram.Answer) -> ToolAnswer {
        let events = answer.output.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
        var told = BoundedItems()
        for event in events where ["warning", "resource", "recovered", "resuming", "kept", "failed", "leftover"].contains(event["event"]?.string) { told.add(event) }
        var result = events.last { $0["event"] == "finished" } ?? .object([])
        result["tables"] = result["tables"]?.array.map { .array($0.map { table in
            ["table": table["table"] ?? .null, "rows": table["rows"] ?? .null, "version": table["version"] ?? .null, "changes": .int(table["changes"]?.array?.count ?? 0)]
        }) }
        let said = BoundedItems(answer.errors.split(whereSeparator: \.isNewline).prefix(50).map { .string(String($0)) })
        let meaning = ExitCode(rawValue: answer.code)?.meaning ?? "it ended early"
        let isFine = [ExitCode.complete.rawValue, ExitCode.incomplete.rawValue].contains(answer.code)
        return ToolAnswer(
            "The export ended with code \(answer.code): \(meaning).",
            ["exit_code": .int(Int(answer.code)), "result": result, "events": .array(told.items), "messages": .array(said.items)], isError: !isFine)
    }
}
