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
        url = Self.text(resource, base, parent) { $0.fixedText ?? "" }
        loggable = Self.text(resource, base, parent == nil ? nil : Self.leftOut) { looksLikeSecret($0.name) ? Self.leftOut : $0.fixedText ?? "" }
    }

    /// Parameters of the same name stay beside each other: `status=OPEN&status=CLOSED`.
    private static func text(_ resource: Resource, _ base: String, _ parent: String?, value: (RequestField) -> String) -> String {
        let fill = { (template: Template, with: String) in
            template.parts.reduce(into: "") { if case .text(let text) = $1 { $0 += text } else { $0 += with } }
        }
        let path = fill(resource.request.path, parent.map { $0 == leftOut ? $0 : URLText.encodePathSegment($0) } ?? "")
        let query = resource.request.params.map { param in
            let value = if case .template(let template) = param.value { fill(template, parent ?? "") } else { leftOut }
            return URLText.encodeQuery(param.name) + "=" + (value == leftOut ? value : URLText.encodeQuery(value))
        }
        return URLText.join(base, path) + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }
}
