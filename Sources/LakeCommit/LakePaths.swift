import Glibc
import LakeFiles
import LakeModel

/// Where everything of a dataset lies. What is not data is under `_lake`, which readers of Hive folders skip.
package struct LakePaths: Sendable {
    /// Absolute path of the dataset's folder.
    package let dataset: String
    package init(dataset: String) { self.dataset = dataset }

    package var manifest: String { dataset + "/manifest.json" }
    package var lake: String { dataset + "/_lake" }
    package var loads: String { lake + "/loads" }
    package var schemas: String { lake + "/schemas" }
    package var staging: String { lake + "/staging" }
    package var quarantine: String { lake + "/quarantine" }
    package var pages: String { lake + "/pages" }
    package var lock: String { lake + "/lock" }

    package func staging(_ load: LoadID) -> StagingFolder { StagingFolder(staging + "/" + load.text) }

    // Relative to the dataset's folder, as they stand in documents.

    package static func partition(_ table: String, _ format: FileFormat, _ load: String) -> String {
        "\(table)/\(format.rawValue)/load_id=\(load)"
    }
    package static func quarantine(_ resource: String, _ load: String) -> String {
        "_lake/quarantine/\(StagingFolder.fileName(of: resource))/load_id=\(load)"
    }
    package static func pages(_ resource: String, _ load: String) -> String {
        "_lake/pages/\(StagingFolder.fileName(of: resource))/load_id=\(load)"
    }
    package static func schema(_ table: String, _ version: Int) -> String { "_lake/schemas/\(table).v\(version).json" }
    package static func record(_ load: String) -> String { "_lake/loads/\(load).json" }
    package static func checksums(_ load: String) -> String { "_lake/loads/\(load).sha256" }
    package static func pageLog(_ load: String) -> String { "_lake/loads/\(load).pages.jsonl" }

    package func absolute(_ relative: String) -> String { dataset + "/" + relative }

    /// Refuses a file that stands where a folder of the dataset is, or is to be made.
    func requireWay(to folder: String) throws(FileFault) {
        var path = folder
        while path.utf8.count > dataset.utf8.count, let slash = path.lastIndex(of: "/") {
            if try Disk.isThere(path), !Disk.isFolder(path) { throw .system(operation: .makeFolder, path: path, number: ENOTDIR) }
            path = String(path[..<slash])
        }
    }
}
