import Glibc
import LakeCommit
import LakeFiles
import LakeModel

/// Where the lake is: `--lake`, else RESTLAKE_LAKE, else `./output`; and which dataset of it is meant.
struct LakeLocation {
    /// Absolute.
    let lake: String

    init(_ arguments: Arguments) throws(CommandFailure) {
        let path = arguments.value("lake") ?? Terminal.setEnvironment("RESTLAKE_LAKE") ?? "output"
        lake = try Self.absolute(path)
    }

    static func absolute(_ path: String) throws(CommandFailure) -> String {
        guard !path.isEmpty else { throw CommandFailure(.usage, "The path of the lake is empty.") }
        var path = path
        if !path.hasPrefix("/") {
            guard let folder = getcwd(nil, 0) else { throw CommandFailure(.inputOutput, "The current folder is not there any more.") }
            defer { free(folder) }
            path = String(cString: folder) + "/" + path
        }
        let parts = path.split(separator: "/").filter { $0 != "." }
        return "/" + parts.joined(separator: "/")
    }

    func paths(_ dataset: String) -> LakePaths { LakePaths(dataset: lake + "/" + dataset) }

    /// Folders of the lake that are datasets.
    func datasets() throws -> [String] {
        try Disk.names(in: lake).filter { Disk.isFolder(lake + "/" + $0 + "/_lake") }
    }

    /// The dataset named by `--dataset`, or the only one there is.
    func dataset(_ arguments: Arguments) throws -> String {
        let known = try datasets()
        guard Disk.isFolder(lake) else {
            throw CommandFailure(.usage, "There is no lake at \(lake): check --lake. A first export makes one, for example: "
                + "restlake export thena --sandbox")
        }
        if let name = arguments.value("dataset") {
            guard known.contains(name) else {
                let nearest = nearestName(to: name, in: known).map { " Did you mean '\($0)'?" } ?? ""
                throw CommandFailure(.usage, "There is no dataset '\(name)' in \(lake).\(nearest) \(Self.list(known))")
            }
            return name
        }
        guard known.count == 1 else {
            throw CommandFailure(.usage, known.isEmpty ? "There is no dataset in \(lake) yet. Make one: restlake export thena --sandbox"
                : "There are several datasets in \(lake); name one with --dataset. \(Self.list(known))")
        }
        return known[0]
    }

    /// The dataset that a command is about, and its folders.
    static func chosen(_ arguments: Arguments) throws -> (name: String, paths: LakePaths) {
        let location = try LakeLocation(arguments)
        let name = try location.dataset(arguments)
        return (name, location.paths(name))
    }

    private static func list(_ names: [String]) -> String { names.isEmpty ? "It has none." : "Datasets: \(names.joined(separator: ", "))." }
}
