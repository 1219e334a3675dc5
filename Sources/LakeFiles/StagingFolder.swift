import LakeModel

/// The places inside the staging folder of one load.
package struct StagingFolder: Sendable {
    package let path: String
    package init(_ path: String) { self.path = path }

    /// `<table>/<format>/<part>`
    package var tables: String { path + "/tables" }
    /// `<resource>/<part>.jsonl`
    package var quarantine: String { path + "/quarantine" }
    package var schemas: String { path + "/schemas" }
    /// What is needed while the load is made and goes with the folder.
    package var ledger: String { path + "/ledger" }
    package var parents: String { path + "/parents" }
    package var pageLogs: String { path + "/pages" }
    /// The joined page log, the checksums and the record: written last, in this order.
    package var pageLog: String { path + "/pages.jsonl" }
    package var checksums: String { path + "/checksums.sha256" }
    package var record: String { path + "/record.json" }
}
