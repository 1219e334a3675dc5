import Glibc
import LakeFiles
import LakeSource

/// The secrets within reach, so that none of them leaves: what an API sent may hold the token that it was asked with.
enum AssistantSecrets {
    /// A shorter value would be found in any sentence.
    private static let least = 8

    static func values() -> [String] { (environment + files + tomls).filter { $0.utf8.count >= least } }

    /// Places, whatever their names sound like.
    private static let places: Set = ["RESTLAKE_LAKE", "PWD", "OLDPWD"]

    private static var environment: [String] {
        Terminal.environment.filter { name, _ in
            !places.contains(name) && (name.hasPrefix("RESTLAKE_") || name.hasPrefix("SOURCES__") || looksLikeSecret(name))
        }.map(\.value)
    }

    private static var files: [String] {
        [Terminal.setEnvironment("CREDENTIALS_DIRECTORY"), "/run/secrets"].compactMap { $0 }.flatMap { folder in
            ((try? Disk.names(in: folder)) ?? []).compactMap { text(folder + "/" + $0) }
        }
    }

    private static var tomls: [String] {
        Secrets.tomlFiles.compactMap(text).compactMap { try? SecretsTOML.read($0) }.flatMap { toml in
            toml.filter { !$0.key.hasSuffix("secret_command") }.map(\.value)
        }
    }

    private static func text(_ path: String) -> String? {
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG, let bytes = try? Disk.read(path, first: 64 << 10) else { return nil }
        var text = String(decoding: bytes, as: UTF8.self)
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
