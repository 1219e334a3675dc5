import LakeSource

extension FetchSession {
    /// A sentence without the secrets that a server wrote into its own words: an error that repeats the request shows
    /// what the request carried. What is shown, logged or kept and holds words of a server is to pass here.
    package func masked(_ text: String, of resource: Resource) -> String {
        SecretMask(authorizer.secretTexts(resource) + tokens).masked(text)
    }
}

extension Authorizer {
    /// The values, and the pair that basic auth sends.
    fileprivate func secretTexts(_ resource: Resource) -> [String] {
        var texts = secrets.all + literals(resource)
        if case .httpBasic(let username, let password)? = auth(of: resource), let name = secrets[username], let word = secrets[password] {
            texts.append(Base64.encode((name + ":" + word).utf8))
        }
        return texts
    }
}

/// Finds secrets in texts, as they are and as they stand in a URL; letters count alike, large or small.
package struct SecretMask: Sendable {
    package static let sign = "•••"
    /// A shorter one would be found in any sentence.
    private static let least = 4
    /// Of a secret that is cut off by the end of a quotation, so much gives it away.
    private static let leastOfPart = 6
    /// The longest first, so that no part of one is left.
    private let forms: [[UInt8]]

    package init(_ secrets: [String]) {
        let texts = secrets.flatMap { [$0, URLText.encodeQuery($0), URLText.encodePathSegment($0)] }
        forms = Set(texts.map { Array($0.utf8).map(Self.folded) }).filter { $0.count >= Self.least }.sorted { $0.count > $1.count }
    }

    package func masked(_ text: String) -> String {
        guard !forms.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var at = 0
        while at < bytes.count {
            let length = secret(at: at, in: bytes)
            result += length > 0 ? Array(Self.sign.utf8) : [bytes[at]]
            at += max(1, length)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The length of the secret that begins here; 0 where none does.
    private func secret(at start: Int, in bytes: [UInt8]) -> Int {
        for form in forms {
            let rest = bytes[start...]
            let same = zip(rest, form).prefix { Self.folded($0) == $1 }.count
            if same == form.count { return same }
            let end = start + same
            if same >= Self.leastOfPart, end == bytes.count || bytes[end] == UInt8(ascii: "\"") { return same }
        }
        return 0
    }

    private static func folded(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 0x20 : byte }
}
