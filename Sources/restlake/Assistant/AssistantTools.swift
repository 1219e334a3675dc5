import LakeFetch
import LakeJSON
import LakeMCP
import LakeModel

/// One tool: what a client is told of it, and what it does.
struct AssistantTool: Sendable {
    var spec: ToolSpec
    var run: @Sendable (AssistantTools, ToolArguments, StopFlag) throws -> ToolAnswer
}

/// What an assistant may do with a lake and a project. Every tool does what a command does, by the same functions; none
/// writes anything but `export`, which is there only where the person who started the server allows it.
struct AssistantTools: Sendable {
    /// The option that names the lake, for the commands' own parsers.
    let lakeOption: String
    let place: AssistantPlaces
    let all: [AssistantTool]
    private let mask: SecretMask

    init(_ arguments: Arguments) throws {
        let location = try LakeLocation(arguments)
        lakeOption = "--lake=" + location.lake
        place = try AssistantPlaces(lake: location.lake)
        mask = SecretMask(AssistantSecrets.values())
        let query = LakeQuery.isPossible ? [QueryTool.tool] : []
        let export = arguments.has("allow-export") ? [ExportTool.tool] : []
        all = LakeTools.all + RowTools.all + query + DefinitionTools.all + export
    }

    var instructions: String {
        """
        restlake exports REST APIs into a lake of JSONL and CSV files. These tools read the lake at \(place.lake) and the project at \
        \(place.project). A dataset is one API, a table is one list of it, a load is what one run brought. Begin with list_datasets and \
        list_tables; table_schema has the columns, preview_rows a few rows\(all.contains { $0.spec.name == "query" } ? ", query counts and joins" : ""). \
        A source definition is checked with check_definition before anybody runs it. Nothing is written\
        \(all.contains { $0.spec.name == "export" } ? " but by export, which asks an API and adds a load to the lake" : "").
        """
    }

    // MARK: Work

    func result(of work: Session.Work, _ flag: StopFlag) -> Session.Result {
        do {
            switch work {
            case .tool(let name, let arguments):
                guard let tool = all.first(where: { $0.spec.name == name }) else { throw RPCError(.badParams, "Unknown tool: \(name)") }
                return .tool(masked(try tool.run(self, arguments, flag)))
            case .listResources: return .resources(try AssistantDocuments(tools: self).entries())
            case .readResource(let uri):
                var text = try AssistantDocuments(tools: self).text(uri)
                text.text = mask.masked(text.text)
                return .resource(text)
            }
        } catch let error as RPCError {
            return .refused(error)
        } catch {
            let failure = commandFailure(of: error)
            guard case .tool = work else { return .refused(RPCError(.internalFault, mask.masked(failure.lines.joined(separator: "\n")))) }
            return .tool(masked(Self.answer(failure)))
        }
    }

    private static func answer(_ failure: CommandFailure) -> ToolAnswer {
        ToolAnswer(
            "It did not work.",
            ["exit_code": .int(Int(failure.code.rawValue)), "meaning": .string(failure.code.meaning), "message": .strings(failure.lines)], isError: true)
    }

    /// No tool knows a secret. Should one stand in what an API sent, it stays here all the same.
    private func masked(_ answer: ToolAnswer) -> ToolAnswer {
        var answer = answer
        answer.words = mask.masked(answer.words)
        answer.data = masked(answer.data)
        return answer
    }

    private func masked(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(mask.masked(text))
        case .number(let digits): mask.masked(digits) == digits ? value : .string(mask.masked(digits))
        case .array(let elements): .array(elements.map(masked))
        case .object(let members): .object(members.map { JSONMember(mask.masked($0.key), masked($0.value)) })
        default: value
        }
    }

    // MARK: The commands' own parsers

    /// What a command would have read, on this lake and, where the assistant names one, on a dataset of it.
    func arguments(_ spec: CommandSpec, _ call: ToolArguments, _ words: [String] = [], positional: [String] = []) throws(CommandFailure) -> Arguments {
        let dataset = call.text("dataset").map { ["--dataset=" + $0] } ?? []
        let all = [lakeOption] + dataset + words + ["--"] + positional
        return try Arguments(all[...], spec)
    }
}

extension ToolSpec.Parameter {
    static let dataset = ToolSpec.Parameter("dataset", .text(most: 100), "the dataset (default: the only one there is)")
    static let table = ToolSpec.Parameter("table", .text(most: 200), isRequired: true, "the table's name, as list_tables has it")
}

/// The items of a list up to a size.
struct BoundedItems {
    static let mostBytes = 48 << 10
    private(set) var items: [JSONValue] = []
    private(set) var isCut = false
    private var bytes = 0

    init() {}

    init(_ all: some Sequence<JSONValue>) {
        for item in all where !isCut { add(item) }
    }

    mutating func add(_ item: JSONValue) {
        let size = item.utf8(pretty: false).count + 2
        guard bytes + size <= Self.mostBytes else {
            isCut = true
            return
        }
        bytes += size
        items.append(item)
    }
}
