import LakeCommit
import LakeFiles
import LakeJSON
import LakeMCP
import LakeModel
import LakeSource

/// The lake's documents and the definitions as resources of the protocol.
///
///     restlake://datasets/thena/manifest
///     restlake://datasets/thena/loads/20261123T020000Z-7f3a9c
///     restlake://datasets/thena/schemas/requests/3
///     restlake://definitions/thena          a built-in source, or a file of the project
struct AssistantDocuments {
    let tools: AssistantTools

    private static let scheme = "restlake://"
    /// Of one document; larger ones are for the tools.
    private static let mostBytes = 1 << 20

    static let templates = [
        ResourceTemplate(pattern: scheme + "datasets/{dataset}/manifest", name: "manifest", help: "the catalogue of a dataset"),
        ResourceTemplate(pattern: scheme + "datasets/{dataset}/loads/{load_id}", name: "load record", help: "what a load brought"),
        ResourceTemplate(pattern: scheme + "datasets/{dataset}/schemas/{table}/{version}", name: "schema version", help: "the columns of a table"),
        ResourceTemplate(pattern: scheme + "definitions/{name}", name: "definition", help: "a source definition, its secrets by name only"),
    ]

    func entries() throws -> [ResourceEntry] {
        let names = BuiltInSources.names + tools.place.definitions().map(Self.escaped)
        let definitions = names.map { name in
            ResourceEntry(uri: Self.scheme + "definitions/" + name, name: "definition \(name)", help: "A source definition; secrets stand in it by name only.")
        }
        return definitions + (try location().datasets().flatMap(entries))
    }

    private func location() throws -> LakeLocation { try LakeLocation(tools.arguments(Commands.loads, ToolArguments())) }

    private func entries(of dataset: String) throws -> [ResourceEntry] {
        let manifest = try Dataset.readManifest(location().paths(dataset), name: dataset).manifest
        let base = Self.scheme + "datasets/\(dataset)/"
        let head = ResourceEntry(uri: base + "manifest", name: "\(dataset) manifest", help: "The catalogue of the dataset: tables, schema versions, loads.")
        let schemas = manifest.tables.flatMap { table in
            table.versions.map { version in
                ResourceEntry(
                    uri: base + "schemas/\(table.name)/\(version.version)", name: "\(table.name) v\(version.version)",
                    help: "A schema version: its columns and what changed.")
            }
        }
        let loads = manifest.loads.map { load in
            ResourceEntry(uri: base + "loads/\(load.load)", name: "\(dataset) load \(load.load)", help: "The record of a load: outcome, evidence, counts, files.")
        }
        return [head] + schemas + loads
    }

    // MARK: One of them

    func text(_ uri: String) throws -> ResourceText {
        guard uri.hasPrefix(Self.scheme), let text = try document(uri.dropFirst(Self.scheme.count).split(separator: "/", omittingEmptySubsequences: false).map(String.init))
        else { throw RPCError(.noResource, "There is no resource '\(Visible.text(String(uri.prefix(300))))'. resources/list has them.") }
        guard text.utf8.count <= Self.mostBytes else {
            throw RPCError(.internalFault, "This document has more than 1 MB. Use show_load, list_tables or table_schema.")
        }
        return ResourceText(uri: uri, text: text)
    }

    private func document(_ parts: [String]) throws -> String? {
        if parts.first == "definitions", parts.count == 2 { return try definition(parts[1]) }
        guard parts.first == "datasets", parts.count > 2 else { return nil }
        let location = try location()
        // Only names that were found on the disk lead there.
        guard try location.datasets().contains(parts[1]) else { return nil }
        let paths = location.paths(parts[1])
        switch (parts[2], parts.count) {
        case ("manifest", 3): return try Dataset.readManifest(paths, name: parts[1]).manifest.json.text(pretty: true)
        case ("loads", 4): return try tools.record(parts[3], paths)?.json.text(pretty: true)
        case ("schemas", 5):
            let table = try Dataset.readManifest(paths, name: parts[1]).manifest.table(parts[3])
            guard let table, let number = Int(parts[4]), table.versions.contains(where: { $0.version == number }) else { return nil }
            return try Dataset.schema(paths, table.name, number).json.text(pretty: true)
        default: return nil
        }
    }

    private func definition(_ name: String) throws -> String? {
        if let text = BuiltInSources.definition(name) { return text }
        let path = Self.unescaped(name)
        guard tools.place.definitions().contains(path) else { return nil }
        return Definitions.shown(try tools.place.definition(path))
    }

    /// A path as one part of an address.
    private static func escaped(_ path: String) -> String {
        path.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) || "-_.~".unicodeScalars.contains(scalar)
            return isPlain ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }

    private static func unescaped(_ text: String) -> String {
        var bytes: [UInt8] = [], rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else { bytes.append(byte) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
