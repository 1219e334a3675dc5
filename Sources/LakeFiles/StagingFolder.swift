import LakeModel

/// The places inside the staging folder of one load.
package struct StagingFolder: Sendable {
    package let path: String
    package init(_ path: String) { self.path = path }

    /// `<table>/<format>/<part>`
    package var tables: String { path + "/tables" }
    /// `<resource>/<part>.jsonl`, the resource as `fileName(of:)`
    package var quarantine: String { path + "/quarantine" }
    package var schemas: String { path + "/schemas" }
    /// What is needed while the load is made and goes with the folder.
    package var ledger: String { path + "/ledger" }
    package var parents: String { path + "/parents" }
    package var pageLogs: String { path + "/pages" }
    /// What outlives a run that ends before its load is prepared: which run it was, and what the API answered so far.
    package var run: String { path + "/run.json" }
    package var journal: String { path + "/journal" }
    package func journal(of resource: String) -> String { journal + "/" + Self.journalName(of: resource) }
    package static func journalName(of resource: String) -> String { fileName(of: resource) + ".pages" }
    /// The joined page log, the checksums and the record: written last, in this order.
    package var pageLog: String { path + "/pages.jsonl" }
    package var checksums: String { path + "/checksums.sha256" }
    package var record: String { path + "/record.json" }

    /// The name of a resource as that of one file or folder: `orders/lines` → `orders_lines_4be1f0`. A plain name stays
    /// as it is; another one gets six characters of its hash, so that two resources never meet in one folder.
    package static func fileName(of resource: String) -> String {
        let isPlain: (UInt8) -> Bool = {
            ($0 | 32 >= 97 && $0 | 32 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
        if !resource.isEmpty, resource.utf8.allSatisfy(isPlain) { return resource }
        let letters = resource.utf8.map { isPlain($0) ? $0 : UInt8(ascii: "_") }
        return String(decoding: letters, as: UTF8.self) + "_" + hex(fastHash(resource, seed: 3)).suffix(6)
    }
}
