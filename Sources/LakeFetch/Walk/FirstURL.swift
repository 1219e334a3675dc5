import LakeModel
import LakeSource

/// The URL of a walk's first request, as it is asked and as it may stand in a log.
struct FirstURL {
    let url: String
    /// The same without what came from a parent's record and without what looks like a secret.
    let loggable: String

    private static let leftOut = "…"

    /// - Parameter parent: the field of the parent's record, for a dependent resource.
    init(_ resource: Resource, base: String, parent: String?) {
        url = Self.text(resource, base, parent) { $0.value }
        loggable = Self.text(resource, base, parent == nil ? nil : Self.leftOut) { looksLikeSecret($0.name) ? Self.leftOut : $0.value }
    }

    /// Parameters of the same name stay beside each other: `status=OPEN&status=CLOSED`.
    private static func text(_ resource: Resource, _ base: String, _ parent: String?, value: (NamedValue) -> String) -> String {
        let fill = { (text: String, with: String) in resource.parent?.filled(text, with: with) ?? text }
        let path = parent.map { fill(resource.path, $0 == leftOut ? $0 : URLText.encodePathSegment($0)) } ?? resource.path
        let query = resource.params.map { param in
            let value = parent.map { fill(value(param), $0) } ?? value(param)
            return URLText.encodeQuery(param.name) + "=" + (value == leftOut ? value : URLText.encodeQuery(value))
        }
        return URLText.join(base, path) + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }
}
