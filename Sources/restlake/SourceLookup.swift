import LakeFiles
import LakeModel
import LakeSource

/// Finds the source and the resources that a command line means.
enum SourceLookup {
    /// A built-in name, or the path of a definition.
    static func source(_ text: String) throws(CommandFailure) -> (source: Source, warnings: [String]) {
        if let source = BuiltInSources.source(text) { return (source, []) }
        let bytes: PageBytes?
        do throws(FileFault) { bytes = try Disk.read(text) } catch { throw CommandFailure(.configuration, lines: error.failure.lines) }
        guard let bytes else {
            let nearest = nearestName(to: text, in: BuiltInSources.names).map { " Did you mean '\($0)'?" } ?? ""
            throw CommandFailure(.usage, "'\(text)' is no built-in source and no file.\(nearest) Built in: "
                + "\(BuiltInSources.names.joined(separator: ", ")). A definition is given by its path: ./mine.json")
        }
        do {
            let read = try Source.read(definition: bytes, named: text)
            return (read.source, read.warnings.map { "\(text): \($0.sentence)" })
        } catch {
            throw CommandFailure(.configuration, lines: error.sentences.map(Human.escaped))
        }
    }

    /// Whether it is the path of a definition.
    static func isFile(_ text: String) -> Bool { BuiltInSources.source(text) == nil }

    /// The resources to export, in the order of the definition; parents of those that depend on them come along.
    static func resources(_ source: Source, _ arguments: Arguments, all: Bool) throws(CommandFailure) -> [Resource] {
        let names = source.resources.map(\.name)
        var wanted: Set<String>
        if let list = arguments.list("resource") {
            if arguments.has("all-resources") { throw CommandFailure(.usage, "--resource and --all-resources exclude each other.") }
            for name in list where !names.contains(name) {
                let nearest = nearestName(to: name, in: names).map { " Did you mean '\($0)'?" } ?? ""
                throw CommandFailure(.usage, "The source '\(source.name)' has no resource '\(name)'.\(nearest) Resources: "
                    + "\(names.joined(separator: ", ")).")
            }
            wanted = Set(list)
            if wanted.isEmpty { throw CommandFailure(.usage, "--resource: expected at least one of \(names.joined(separator: ", ")).") }
        } else {
            wanted = Set(source.resources.filter { all || arguments.has("all-resources") || $0.selected }.map(\.name))
        }
        var grew = true
        while grew {
            let parents = Set(source.resources.filter { wanted.contains($0.name) }.compactMap(\.parent?.resource))
            grew = !parents.isSubset(of: wanted)
            wanted.formUnion(parents)
        }
        return parentsFirst(source.resources.filter { wanted.contains($0.name) })
    }

    private static func parentsFirst(_ resources: [Resource]) -> [Resource] {
        var ordered: [Resource] = []
        var waiting = resources
        while !waiting.isEmpty {
            let ready = waiting.firstIndex { resource in
                resource.parent.map { binding in ordered.contains { $0.name == binding.resource } } ?? true
            }
            ordered.append(waiting.remove(at: ready ?? 0))
        }
        return ordered
    }
}
