import LakeJSON
import LakeModel
import LakeSource

/// A request as it may stand in a log.
struct LoggableRequest: Hashable, Sendable {
    /// Path and query: `/users/…/notes?limit=10&after=…`.
    var text: String
    /// The page parameters of the body by their paths; nil where there are none.
    var body: JSONValue?
    /// The hash of a cursor or a link; nil where neither was sent.
    var cursor: String?
}

extension RequestBuilder {
    private static let leftOut = "…"

    /// Fixed texts and page numbers are shown. What came from a parent, from the API or from a secret is not, nor is
    /// what bears the name of a secret.
    /// - Parameter hidesParameters: whether they are a cursor, which the API gave.
    func loggable(_ parameters: [PageParameter], hidesParameters: Bool) -> LoggableRequest {
        var query = loggableQuery
        var body: [JSONMember] = []
        for parameter in parameters {
            let isHidden = hidesParameters || parameter.value.number == nil
            switch parameter.place {
            case .query(let name): set(name, isHidden || looksLikeSecret(name) ? Self.leftOut : parameter.text, in: &query)
            case .body(let path): body.append(JSONMember(path.description, isHidden ? .string(Self.leftOut) : parameter.value))
            }
        }
        let hidden = parameters.filter { hidesParameters || $0.value.number == nil }
        return LoggableRequest(
            text: line(query), body: body.isEmpty ? nil : .object(body),
            cursor: hidden.isEmpty ? nil : hex(fastHash(hidden.map(\.text).joined(separator: "\n"))))
    }

    /// A link's own path is shown where it is the resource's, which is no news.
    func loggable(link url: String) -> LoggableRequest {
        let parts = URLParts(url)
        let isOwnPath = (try? self.url()).map { URLParts($0).path == parts.path } ?? false
        let text = isOwnPath ? loggablePath + (parts.query == nil ? "" : "?" + Self.leftOut) : Self.leftOut
        return LoggableRequest(text: text, cursor: hex(fastHash(url)))
    }

    private func line(_ query: [(name: String, value: String)]) -> String {
        let pieces = query.map { URLText.encodeQuery($0.name) + "=" + ($0.value == Self.leftOut ? $0.value : URLText.encodeQuery($0.value)) }
        return loggablePath + (pieces.isEmpty ? "" : "?" + pieces.joined(separator: "&"))
    }

    private var loggablePath: String {
        let path = (try? path { _ in Self.leftOut }) ?? Self.leftOut
        return String(URLText.pathAndQuery(path).split(separator: "?", omittingEmptySubsequences: false)[0])
    }

    /// Those of the path itself first.
    private var loggableQuery: [(name: String, value: String)] {
        let inPath = ((try? path { _ in Self.leftOut }).map { URLText.parameters(of: $0) } ?? []).map { name, value in
            (name, looksLikeSecret(name) || value.contains(Self.leftOut) ? Self.leftOut : value)
        }
        return inPath + resource.request.params.compactMap { param in
            if case .template(let template) = param.value, text(of: template) == nil { return nil }
            return (param.name, looksLikeSecret(param.name) ? Self.leftOut : param.fixedText ?? Self.leftOut)
        }
    }

    /// As `URLText.setting` does with the real ones.
    private func set(_ name: String, _ value: String, in query: inout [(name: String, value: String)]) {
        guard let place = query.firstIndex(where: { $0.name == name }) else { return query.append((name, value)) }
        query[place].value = value
        let rest = query[(place + 1)...].filter { $0.name != name }
        query.replaceSubrange((place + 1)..., with: rest)
    }
}
