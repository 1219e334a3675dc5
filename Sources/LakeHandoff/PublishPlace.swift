import LakeModel

/// Why a text is no place to publish to.
package enum PlaceFault: Error, Hashable, Sendable {
    /// Such as `https`; `nearest` is a scheme that was perhaps meant.
    case unknownScheme(String, nearest: String?)
    /// No bucket or container behind the scheme, or a name that cannot be one.
    case bucket(String)
    /// Empty parts, `.`, `..` or control characters in the path.
    case path
    /// A user name, a password or parameters in an address, which would be seen by all.
    case secret
    /// rclone's connection strings: they can hold secrets, and arguments of programs are seen by all.
    case connectionString
    case endpointOfAnotherStore
    /// Not http or https with a host, or with a user name.
    case endpoint
}

/// Where a dataset is published to, as rclone names it. A lake of its own: each dataset is a folder in it.
///
///     s3://bucket/lake         :s3:bucket/lake
///     gs://bucket/lake         :gcs:bucket/lake            gcs:// too
///     azure://container/lake   :azureblob:container/lake
///     backup:lake              backup:lake                 a remote of rclone's configuration
///     /mnt/lake, ./lake        /mnt/lake
///
/// What the stores need beside that goes through the environment, where secrets are too: never through arguments.
package struct PublishPlace: Hashable, Sendable {
    package enum Store: String, Hashable, Sendable { case s3, gcs, azureblob, remote, folder }

    package let store: Store
    /// As it was given.
    package let text: String
    /// Of rclone; of a folder the path as it was given.
    package let root: String
    package let endpoint: String?

    package static let schemes: [String: Store] = ["s3": .s3, "gs": .gcs, "gcs": .gcs, "azure": .azureblob]

    package init(_ text: String, endpoint: String? = nil) throws(PlaceFault) {
        self.text = text
        self.endpoint = endpoint
        guard !text.isEmpty, text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else { throw .path }
        if let end = text.firstRange(of: "://") {
            guard !Self.holdsSecret(text[end.upperBound...]) else { throw .secret }
            let scheme = String(text[..<end.lowerBound])
            guard let known = Self.schemes[scheme] else {
                throw .unknownScheme(scheme, nearest: nearestName(to: scheme, in: Self.schemes.keys.sorted()))
            }
            store = known
            root = ":\(known.rawValue):" + (try Self.inBucket(text[end.upperBound...]))
        } else if text.hasPrefix(":") {
            throw .connectionString
        } else if let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") {
            guard !text[..<colon].contains(",") else { throw .connectionString }
            store = .remote
            root = text
        } else {
            store = .folder
            root = text
        }
        if let endpoint {
            guard store == .s3 else { throw .endpointOfAnotherStore }
            guard Self.isPlainURL(endpoint) else { throw .endpoint }
        }
    }

    /// - Parameter rest: an address behind its scheme.
    static func holdsSecret(_ rest: Substring) -> Bool {
        rest.contains("?") || rest.prefix { $0 != "/" }.contains("@")
    }

    /// `bucket/a/b/` as `bucket/a/b`
    private static func inBucket(_ rest: Substring) throws(PlaceFault) -> String {
        let parts = (rest.hasSuffix("/") ? rest.dropLast() : rest).split(separator: "/", omittingEmptySubsequences: false)
        let letters = Set("-._abcdefghijklmnopqrstuvwxyz0123456789$")
        guard let bucket = parts.first, !bucket.isEmpty, bucket.lowercased().allSatisfy(letters.contains) else {
            throw .bucket(String(parts.first ?? ""))
        }
        guard parts.allSatisfy({ !["", ".", ".."].contains($0) }) else { throw .path }
        return parts.joined(separator: "/")
    }

    /// A user name or a password in it would be seen by all.
    private static func isPlainURL(_ text: String) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return false }
        let rest = text.dropFirst(scheme.count)
        return !rest.isEmpty && !rest.hasPrefix("/") && !rest.contains("@") && !rest.contains("?")
    }

    /// A path in the place, as rclone takes it.
    package func at(_ path: String) -> String { root.hasSuffix(":") || root.hasSuffix("/") ? root + path : root + "/" + path }

    /// The variables that rclone is given. Whatever the user has set for rclone counts; the clouds' own variables come
    /// next. A bucket is never made: a name with a typing error would become one.
    package func environment(_ given: [String: String]) -> [String: String] {
        var all = given
        func setDefault(_ name: String, _ value: String?) {
            if all[name]?.isEmpty ?? true, let value, !value.isEmpty { all[name] = value }
        }
        switch store {
        case .s3:
            if let endpoint { all["RCLONE_S3_ENDPOINT"] = endpoint }
            setDefault("RCLONE_S3_ENDPOINT", given["AWS_ENDPOINT_URL_S3"] ?? given["AWS_ENDPOINT_URL"])
            setDefault("RCLONE_S3_PROVIDER", all["RCLONE_S3_ENDPOINT"]?.isEmpty ?? true ? "AWS" : "Other")
            setDefault("RCLONE_S3_ENV_AUTH", "true")
            setDefault("RCLONE_S3_NO_CHECK_BUCKET", "true")
            setDefault("RCLONE_S3_REGION", given["AWS_REGION"] ?? given["AWS_DEFAULT_REGION"])
            // rclone's S3 client refuses this variable; the file is meant for its connections all the same.
            if let file = all.removeValue(forKey: "AWS_CA_BUNDLE") { setDefault("RCLONE_CA_CERT", file) }
        case .gcs:
            setDefault("RCLONE_GCS_ENV_AUTH", "true")
            setDefault("RCLONE_GCS_NO_CHECK_BUCKET", "true")
        case .azureblob:
            setDefault("RCLONE_AZUREBLOB_ENV_AUTH", "true")
            setDefault("RCLONE_AZUREBLOB_NO_CHECK_CONTAINER", "true")
            setDefault("RCLONE_AZUREBLOB_ACCOUNT", given["AZURE_STORAGE_ACCOUNT"])
            setDefault("RCLONE_AZUREBLOB_KEY", given["AZURE_STORAGE_KEY"])
        case .remote, .folder: break
        }
        return all
    }
}
