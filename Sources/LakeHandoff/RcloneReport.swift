import LakeJSON

/// What rclone says while it works, read line by line. Pure.
///
/// With `--use-json-log` a line is an object; what it says before its log is set up, and as its last word, is plain text:
///
///     {"level":"error","msg":"Failed to copy: AccessDenied: …","object":"requests/jsonl/…","source":"…","time":"…"}
///     {"level":"warning","msg":"…","stats":{"bytes":1000288,"totalBytes":4000000, … },"time":"…"}
///     2026/11/27 01:01:39 Failed to create file system for "nosuch:x": didn't find section in config file
package struct RcloneReport: Sendable {
    /// Why rclone did not do what it was asked for.
    package enum Trouble: Hashable, Sendable {
        case notAllowed, unreachable, noBucket, noRemote, tooOld, busy, diskFull, otherBytes, other
    }

    /// What it complained of, without repetitions, the first lines that there is room for and the last ones.
    package private(set) var complaints: [String] = []
    /// The same without the names of files, which can be any words.
    private var messages: [String] = []
    /// Bytes copied so far and in all, as far as it knows.
    package private(set) var progress: (done: Int, total: Int)?
    /// Whether a comparison had to do with sizes, because the two sides have no checksum in common.
    package private(set) var lacksChecksums = false
    private var rest: [UInt8] = []

    private static let mostComplaints = 200
    private static let longestLine = 64 << 10

    package init() {}

    package mutating func take(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") { takeLine() } else if rest.count < Self.longestLine { rest.append(byte) }
        }
    }

    /// A last line without its end.
    package mutating func close() { if !rest.isEmpty { takeLine() } }

    private mutating func takeLine() {
        let line = rest
        rest.removeAll(keepingCapacity: true)
        guard line.first == UInt8(ascii: "{"), let json = try? JSONValue(parsing: String(decoding: line, as: UTF8.self)) else {
            let text = Self.withoutTime(String(decoding: line, as: UTF8.self))
            // Without a configuration file it says so every time; stores of URLs need none.
            if !text.isEmpty, !text.hasPrefix("NOTICE: ") { complain(text) }
            return
        }
        if let stats = json["stats"], let done = stats["bytes"]?.int { progress = (done, stats["totalBytes"]?.int ?? done) }
        let message = json["msg"]?.string ?? ""
        if message.hasSuffix(" hashes could not be checked") || message.hasSuffix(" hash could not be checked") { lacksChecksums = true }
        guard ["error", "critical", "fatal", "panic", "emergency", "alert"].contains(json["level"]?.string ?? "") else { return }
        if message.hasPrefix("No common hash found") { return }
        let place = json["object"]?.string ?? ""
        for (index, part) in message.split(separator: "\n").enumerated() {
            complain(String(part.drop { $0 == "\t" || $0 == " " }), of: index == 0 ? place : "")
        }
    }

    private mutating func complain(_ message: String, of place: String = "") {
        let text = place.isEmpty ? message : place + ": " + message
        guard !complaints.contains(text) else { return }
        complaints.append(text)
        messages.append(message)
        guard complaints.count > Self.mostComplaints else { return }
        complaints.remove(at: Self.mostComplaints / 2)
        messages.remove(at: Self.mostComplaints / 2)
    }

    /// `2026/11/27 01:01:39 Failed …` as `Failed …`
    private static func withoutTime(_ line: String) -> String {
        let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, words[0].count == 10, words[1].count == 8, words[0].allSatisfy({ $0.isNumber || $0 == "/" }) else { return line }
        return String(words[2])
    }

    /// The most telling of what it complained of.
    package var trouble: Trouble {
        // What a comparison finds is no trouble, and names the place.
        let text = messages.filter { !$0.lowercased().hasPrefix("file not in ") }.joined(separator: "\n").lowercased()
        return Self.signs.first { sign in sign.words.contains { text.contains($0) } }?.trouble ?? .other
    }

    private static let signs: [(trouble: Trouble, words: [String])] = [
        (.tooOld, ["unknown flag", "unknown command", "unknown shorthand flag"]),
        (.otherBytes, ["immutable file modified"]),
        (.noRemote, ["didn't find section in config file", "failed to load config file", "couldn't find type field"]),
        (.notAllowed, [
            "accessdenied", "access denied", "invalidaccesskeyid", "signaturedoesnotmatch", "nocredentialproviders", "expiredtoken", "invalidtoken",
            "permission denied", "forbidden", "unauthorized", "authenticationfailed", "authorizationfailure", "authorizationpermissionmismatch",
            "status code: 403", "status code: 401", "error 403", "error 401", "could not find default credentials", "invalid_grant",
            "failed to retrieve credentials", "failed to refresh cached credentials", "operation not permitted",
        ]),
        (.noBucket, ["nosuchbucket", "bucket does not exist", "containernotfound", "container does not exist", "status code: 404", "error 404"]),
        (.busy, ["slowdown", "toomanyrequests", "serverbusy", "requestlimitexceeded", "status code: 503", "status code: 429", "error 429", "error 503"]),
        (.diskFull, ["no space left", "disk quota exceeded", "read-only file system"]),
        (.unreachable, [
            "connection refused", "no such host", "i/o timeout", "connection reset", "network is unreachable", "no route to host",
            "tls handshake", "certificate", "dial tcp", "context deadline exceeded", "requesterror: send request failed", "server misbehaving",
        ]),
    ]
}

/// What a comparison of two sides says of each file: `rclone check --combined -` prints a line for each.
///
///     = requests/jsonl/load_id=…/requests.v1.00000.jsonl
///     * _lake/schemas/requests.v1.json
package struct RcloneComparison: Hashable, Sendable {
    package enum Finding: String, CaseIterable, Sendable { case missingThere, different, missingHere, unreadable }

    /// By path, those that are not alike. A path of which nothing is said is on neither side.
    package private(set) var findings: [String: Finding] = [:]

    package init(_ output: String, of paths: [String]) {
        var alike: Set<String> = []
        for line in output.split(separator: "\n") {
            let path = String(line.dropFirst(2))
            switch line.prefix(2) {
            case "= ": alike.insert(path)
            case "* ": findings[path] = .different
            case "+ ": findings[path] = .missingThere
            case "- ": findings[path] = .missingHere
            case "! ": findings[path] = .unreadable
            default: break
            }
        }
        for path in paths where !alike.contains(path) && findings[path] == nil { findings[path] = .missingHere }
    }
}

/// Texts of another program without the secrets that this one was given.
package struct SecretMask: Sendable {
    private let secrets: [String]
    private static let telling = ["SECRET", "PASS", "TOKEN", "KEY", "SAS", "CREDENTIAL"]
    private static let parameters = ["sig=", "X-Amz-Signature=", "X-Amz-Credential=", "X-Amz-Security-Token=", "X-Goog-Signature="]
    private static let shortest = 6

    /// - Parameter environment: variables whose name tells of a secret are secrets, but for short words such as `true`.
    package init(_ environment: [String: String]) {
        secrets = environment.filter { name, value in
            value.utf8.count >= Self.shortest && Self.telling.contains { name.uppercased().contains($0) }
        }.values.sorted { $0.utf8.count > $1.utf8.count }
    }

    package func masked(_ text: String) -> String {
        var text = text
        for secret in secrets { text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "***") }
        for parameter in Self.parameters { text = Self.without(parameter, text) }
        return text
    }

    private static func without(_ parameter: String, _ text: String) -> String {
        let parts = text.split(separator: parameter, omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count > 1 else { return text }
        return parts.dropFirst().reduce(String(first)) { whole, part in
            whole + parameter + "***" + part.drop { !"&\"' ".contains($0) }
        }
    }
}
