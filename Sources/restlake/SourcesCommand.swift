import LakeJSON
import LakeModel
import LakeSource

/// `restlake sources [NAME]`
enum SourcesCommand {
    static func run(_ arguments: Arguments) throws -> ExitCode {
        guard let name = arguments.positional.first else { return list(arguments.has("json")) }
        guard let text = BuiltInSources.definition(name) else {
            let nearest = nearestName(to: name, in: BuiltInSources.names).map { " Did you mean '\($0)'?" } ?? ""
            throw CommandFailure(.usage, "There is no built-in source '\(name)'.\(nearest) Built in: "
                + "\(BuiltInSources.names.joined(separator: ", ")).")
        }
        Terminal.write(text, to: 1)
        return .complete
    }

    private static func list(_ asJSON: Bool) -> ExitCode {
        let sources = BuiltInSources.names.compactMap { BuiltInSources.source($0) }
        if asJSON {
            for source in sources { Terminal.out(json(source).text(pretty: false)) }
            return .complete
        }
        var table = TextTable(head: ["SOURCE", "RESOURCE", "PATH", "PRIMARY KEY", "WRITTEN AS", "BY DEFAULT"])
        for source in sources {
            for (i, resource) in source.resources.enumerated() {
                table.rows.append([
                    i == 0 ? source.name : "", resource.name, resource.request.path.description,
                    resource.primaryKey.map(\.description).joined(separator: ", "),
                    resource.writeDisposition.rawValue, resource.selected ? "yes" : "no",
                ])
            }
        }
        Terminal.out(table.text)
        return .complete
    }

    static func json(_ source: Source) -> JSONValue {
        [
            "source": .string(source.name), "base_url": .string(source.client.baseURL),
            "resources": .array(source.resources.map { resource in
                [
                    "name": .string(resource.name), "path": .string(resource.request.path.description),
                    "primary_key": .strings(resource.primaryKey.map(\.description)),
                    "write_disposition": .string(resource.writeDisposition.rawValue), "selected": .bool(resource.selected),
                ]
            }),
        ]
    }
}
