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

/// Why a text is no place that a destination reads from.
package enum LocationFault: Error, Hashable, Sendable {
    /// A user name, a password, parameters: they would stand in the script.
    case secret
    case otherPlace
}

extension Destination {
    /// The place of a lake that a text names, in the form that the destination reads.
    ///
    ///     s3://bucket/path   gs://bucket/path (gcs:// too)   azure://container/path   a folder
    ///     abfss://container@account.dfs.core.windows.net/path
    package func place(_ text: String) throws(LocationFault) -> String {
        if text.hasPrefix("abfss://") { return try account(text) }
        let place: PublishPlace
        do throws(PlaceFault) { place = try PublishPlace(text) } catch {
            throw error == .secret || error == .connectionString ? .secret : .otherPlace
        }
        let stores = schemes.compactMap { PublishPlace.schemes[$0] } + (readsLocalFiles ? [.folder] : [])
        guard stores.contains(place.store) else { throw .otherPlace }
        return text.hasPrefix("gcs://") ? "gs" + text.dropFirst("gcs".count) : text
    }

    /// Azure's container and account stand where other addresses have a user and a host.
    private func account(_ text: String) throws(LocationFault) -> String {
        let rest = text.dropFirst("abfss://".count), parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        let names = parts[0].split(separator: "@", omittingEmptySubsequences: false)
        if rest.contains("?") || parts[0].contains(":") || names.count > 2 { throw .secret }
        let folders = parts.dropFirst().last == "" ? parts.dropFirst().dropLast() : parts.dropFirst()
        guard schemes.contains("abfss"), names.count == 2, names.allSatisfy({ !$0.isEmpty }), folders.allSatisfy({ !["", ".", ".."].contains($0) }) else {
            throw .otherPlace
        }
        return text
    }
}
