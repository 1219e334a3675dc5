/// Where the files of a dataset are for who reads them.
package struct FileLocation: Hashable, Sendable {
    /// The dataset's folder: `/data/lake/thena`, `s3://bucket/lake/thena`.
    package let root: String

    /// - Parameters:
    ///   - lake: a folder, or `s3://…`, `gs://…`, `azure://…` as `restlake publish` takes it.
    package init(lake: String, dataset: String) {
        root = (lake.hasSuffix("/") ? String(lake.dropLast()) : lake) + "/" + dataset
    }

    /// `s3`; nil: on this machine.
    package var scheme: String? { root.firstRange(of: "://").map { String(root[..<$0.lowerBound]) } }

    func path(_ file: HandoffFile) -> String { root + "/" + file.record.path }
}
