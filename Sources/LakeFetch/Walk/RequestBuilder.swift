import LakeJSON
import LakeModel
import LakeSource

/// Makes the requests of one walk: the resource's template, filled with the values of one parent and one run, and with
/// what asks for the page. Pure. `RequestBuilder+Log` says the same without what may not be told.
///
///     path  users/{resources.users.id}/notes   id = 7   page = 2, limit = 10
///     GET   https://api.example.com/users/7/notes?limit=10&page=2
struct RequestBuilder: Sendable {
    let resource: Resource
    let baseURL: String
    let values: RequestValues
    let secrets: SecretValues

    /// - Parameter parameters: what asks for the page.
    func message(_ parameters: [PageParameter]) throws(RequestProblem) -> HTTPRequest {
        var headers = try headers()
        let body = try body(parameters)
        if let type = body?.type, headers["Content-Type"] == nil { headers.append("Content-Type", type) }
        return HTTPRequest(
            method: resource.request.method == .post ? .post : .get, url: try url(parameters), headers: headers,
            body: body?.bytes)
    }

    func url(_ parameters: [PageParameter] = []) throws(RequestProblem) -> String {
        var pieces: [String] = []
        for param in resource.request.params {
            guard let value = try text(of: param) else { continue }
            pieces.append(URLText.encodeQuery(param.name) + "=" + URLText.encodeQuery(value))
        }
        let path = try path { URLText.encodePathSegment($0) }
        let url = pieces.isEmpty ? path : path + (path.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + pieces.joined(separator: "&")
        let inQuery = parameters.compactMap { parameter -> (name: String, value: String)? in
            if case .query(let name) = parameter.place { (name, parameter.text) } else { nil }
        }
        return inQuery.isEmpty ? url : URLText.setting(inQuery, in: url)
    }

    /// The absolute URL of the path. Fixed texts stay as they are; a value stays inside its segment.
    func path(show: (String) -> String) throws(RequestProblem) -> String {
        var segments: [(text: String, place: String?)] = [("", nil)]
        for part in resource.request.path.parts {
            if case .text(let text) = part {
                let pieces = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { String(Substring($0)) }
                segments[segments.count - 1].text += pieces[0]
                segments += pieces.dropFirst().map { ($0, nil) }
            } else {
                guard let text = values.value(of: part)?.asText, !text.isEmpty else { throw .pathValueMissing(place: part.placeName) }
                segments[segments.count - 1].text += show(text)
                segments[segments.count - 1].place = part.placeName
            }
        }
        for segment in segments {
            guard let place = segment.place else { continue }
            if [".", ".."].contains(percentDecoded(segment.text)) { throw .pathValueClimbs(place: place) }
        }
        let text = segments.map(\.text).joined(separator: "/")
        return resource.request.isAbsolute ? text : URLText.join(baseURL, text)
    }

    private func headers() throws(RequestProblem) -> HTTPHeaders {
        var headers = HTTPHeaders()
        for field in resource.request.headers {
            guard let value = try text(of: field) else { continue }
            guard value.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else { throw .headerValue(name: field.name) }
            headers.append(field.name, value)
        }
        return headers
    }

    /// nil for a field that is left out.
    func text(of field: RequestField) throws(RequestProblem) -> String? {
        switch field.value {
        case .template(let template): return text(of: template)
        case .secret(let reference):
            if let value = secrets[reference] { return value }
            // A literal always has a value, so this one has a name.
            if case .named(let name) = reference { throw .secretMissing(name: name) }
            return nil
        }
    }

    /// nil where a place has no value.
    func text(of template: Template) -> String? {
        var text = ""
        for part in template.parts {
            if case .text(let fixed) = part {
                text += fixed
            } else {
                guard let value = values.value(of: part) else { return nil }
                text += value.asText
            }
        }
        return text
    }
}

extension RequestTemplate {
    /// Whether the path is a URL of its own, which leads past `Client.baseURL`.
    var isAbsolute: Bool {
        guard case .text(let start)? = path.parts.first else { return false }
        return ["http", "https"].contains(URLParts(start).scheme?.lowercased())
    }
}
