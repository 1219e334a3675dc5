import Foundation
import LakeCommit
import LakeExport
import LakeFetch
import LakeFiles
import LakeModel
import LakeSandbox
import LakeSource
import Testing

/// A folder that goes when the test ends. In memory where the system has such a place: a run syncs every file of its own.
final class TemporaryFolder {
    private static let home = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : FileManager.default.temporaryDirectory.path
    let path: String
    init() {
        path = Self.home + "/restlake-export-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Every file below a folder with its bytes, by relative path.
func tree(_ folder: String) -> [String: Data] {
    var files: [String: Data] = [:]
    guard let names = FileManager.default.enumerator(atPath: folder) else { return files }
    for case let name as String in names {
        var isFolder: ObjCBool = false
        let path = folder + "/" + name
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
            files[name] = FileManager.default.contents(atPath: path)
        }
    }
    return files
}

extension [String: Data] {
    /// What must not depend on when and how fast a run was: all but times, the lock, and what holds times.
    var timeless: [String: Data] {
        filter { name, _ in
            !name.hasSuffix("/lock") && !name.hasSuffix("manifest.json") && !(name.contains("_lake/loads/"))
        }
    }
}

/// A sandbox and a job for it.
struct Bench {
    let sandbox: Sandbox
    let folder = TemporaryFolder()

    init(requests: Int = 700, users: Int = 13, day: Int = 1, faults: [InjectedFault] = []) throws {
        sandbox = try Sandbox(SandboxOptions(requests: requests, users: users, day: day, faults: faults))
        try sandbox.start()
    }

    func job(
        _ names: [String]? = nil, load: String? = nil, lake: String? = nil, runID: String? = nil, maxPages: Int? = nil, parallel: Int = 4,
        files: FileOptions = FileOptions()
    ) throws -> ExportJob {
        var source = try #require(BuiltInSources.source("thena"))
        source.client.requestsPerMinute = nil
        source.client.auth = .bearer(token: .literal(sandbox.options.bearerToken))
        return ExportJob(
            source: source, resources: source.resources.filter { names?.contains($0.name) ?? true }, baseURL: try #require(sandbox.baseURL),
            origin: "sandbox", secrets: SecretValues([:]), datasetFolder: lake ?? folder.path + "/thena", datasetName: "thena", files: files,
            runID: runID, loadID: load.flatMap { LoadID($0) }, fetch: FetchOptions(retry: RetryPolicy(attempts: 1)), bounds: FetchBounds(pages: maxPages),
            parallel: parallel)
    }
}
