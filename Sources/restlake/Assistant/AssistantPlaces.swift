import Glibc
import LakeFiles
import LakeSource

/// What of the disk an assistant's words may lead to: definitions in the project's folder and in the lake. Links are followed
/// before it is judged where a path leads.
struct AssistantPlaces: Sendable {
    /// Absolute.
    let lake: String
    let project: String

    static let mostBytes = 1 << 20
    /// Files looked at for definitions.
    private static let mostFiles = 200

    init(lake: String) throws(CommandFailure) {
        self.lake = lake
        guard let project = Self.resolved(".") else { throw CommandFailure(.inputOutput, "The current folder is not there any more.") }
        self.project = project
    }

    /// The bytes of a definition.
    /// - Parameter path: as the assistant has it, from the project's folder.
    func definition(_ path: String) throws -> [UInt8] {
        guard let real = Self.resolved(path.hasPrefix("/") ? path : project + "/" + path) else {
            throw CommandFailure(.usage, "There is no file '\(path)' in \(project).")
        }
        guard isInside(real), real.hasSuffix(".json") || real.hasSuffix(".jsonc") else {
            throw CommandFailure(.notAllowed, "'\(path)' is not read: only .json files in the project (\(project)) and in the lake (\(lake)) are, "
                + "and none in a hidden folder.")
        }
        var info = stat()
        guard stat(real, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size <= Self.mostBytes else {
            throw CommandFailure(.usage, "'\(path)' is no file of at most 1 MB, so it is no definition.")
        }
        return try Disk.read(real, first: Self.mostBytes) ?? []
    }

    private func isInside(_ real: String) -> Bool {
        let folders = [project, Self.resolved(lake)].compactMap { $0 }
        return folders.contains { folder in
            let inside = folder == "/" ? folder : folder + "/"
            guard real.hasPrefix(inside) else { return false }
            return !real.dropFirst(inside.count).split(separator: "/").contains { $0.hasPrefix(".") }
        }
    }

    /// Definitions of the project, by their paths from its folder: in the folder itself and in those below it.
    func definitions() -> [String] {
        let top = visible(in: project)
        let below = top.filter { project + "/" + $0 != lake && Disk.isFolder(project + "/" + $0) }.flatMap { folder in
            visible(in: project + "/" + folder).map { folder + "/" + $0 }
        }
        return (top + below).filter { $0.hasSuffix(".json") || $0.hasSuffix(".jsonc") }.prefix(Self.mostFiles).filter(looksLikeDefinition)
    }

    private func visible(in folder: String) -> [String] {
        ((try? Disk.names(in: folder)) ?? []).filter { !$0.hasPrefix(".") && $0 != "node_modules" }
    }

    private func looksLikeDefinition(_ path: String) -> Bool {
        guard let bytes = try? definition(path), let json = Definitions.json(bytes) else { return false }
        return json["client"]?.object != nil && json["resources"]?.array != nil
    }

    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
