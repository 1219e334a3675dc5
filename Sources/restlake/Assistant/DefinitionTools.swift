import LakeJSON
import LakeMCP
import LakeModel
import LakeSource

/// Tools about sources, their definitions, and what went wrong with them.
enum DefinitionTools {
    static let all = [sources, check, explain]

    private static let sources = AssistantTool(
        spec: ToolSpec("list_sources", "Sources", "Lists the built-in sources with their resources, and the definitions in the project's folder.")
    ) { tools, _, _ in
        let builtIn = BuiltInSources.names.compactMap { BuiltInSources.source($0) }.map(SourcesCommand.json)
        let own = BoundedItems(tools.place.definitions().map { path in
            let read = (try? tools.place.definition(path)).flatMap { try? Source.read(definition: PageBytes($0), named: path).source }
            return .object([
                "path": .string(path), "source": read.map { .string($0.name) }, "resources": read.map { .strings($0.resources.map(\.name)) },
                "valid": .bool(read != nil),
            ])
        })
        return ToolAnswer(
            "\(Human.count(builtIn.count, "built-in source")), \(Human.count(own.items.count, "definition")) in the project.",
            ["built_in": .array(builtIn), "definitions": .array(own.items), "cut": .bool(own.isCut)])
    }

    private static let check = AssistantTool(
        spec: ToolSpec(
            "check_definition", "Check a definition", "Checks a source definition without asking its API: every fault at once with its place and the nearest known key, "
                + "or what it says: requests, paging, keys, how rows are written, which secrets it needs by name. "
                + "Whether it fits its API only a page of each resource shows: restlake check FILE.",
            [
                .init("path", .text(most: 1000), "a .json file in the project"),
                .init("text", .text(most: 1 << 20), "the definition itself, instead of a path"),
            ])
    ) { tools, call, _ in
        let name: String, bytes: [UInt8]
        switch (call.text("path"), call.text("text")) {
        case (let path?, nil): (name, bytes) = (path, try tools.place.definition(path))
        case (nil, let text?): (name, bytes) = ("definition.json", Array(text.utf8))
        default: throw RPCError(.badParams, "check_definition: give 'path' or 'text', one of them.")
        }
        do throws(DefinitionFaults) {
            let (source, warnings) = try Source.read(definition: PageBytes(bytes), named: name)
            return ToolAnswer(
                "The definition is valid\(warnings.isEmpty ? "" : ", with \(Human.count(warnings.count, "warning"))").",
                ["valid": true, "warnings": .strings(warnings.map(\.sentence)), "source": Definitions.summary(source)])
        } catch {
            return ToolAnswer(
                "The definition has \(Human.count(error.findings.count, "fault")).",
                ["valid": false, "faults": .strings(error.sentences.prefix(200))])
        }
    }

    private static let explain = AssistantTool(
        spec: ToolSpec(
            "explain_error", "Explain an error", "Tells what an exit code or an error message of restlake means and what to do about it.",
            [
                .init("exit_code", .whole(0...255), "the code that a command ended with"),
                .init("message", .text(most: 20_000), "what it said"),
            ])
    ) { _, call, _ in
        guard call.whole("exit_code") != nil || call.text("message") != nil else {
            throw RPCError(.badParams, "explain_error: give 'exit_code' or 'message'.")
        }
        return ErrorGuide.answer(code: call.whole("exit_code"), message: call.text("message"))
    }
}
