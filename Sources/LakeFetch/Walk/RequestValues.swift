import LakeJSON
import LakeModel
import LakeSource

/// What takes the places of a request's template. A place without a value leaves its parameter, header or member out.
package struct RequestValues: Sendable {
    /// Fields of the parent's record.
    package var parent: [Selector: JSONValue]
    package var incremental: [IncrementalValue: JSONValue]

    package init(parent: [Selector: JSONValue] = [:], incremental: [IncrementalValue: JSONValue] = [:]) {
        self.parent = parent
        self.incremental = incremental
    }

    /// The value of a place; nil for a text, and where there is no value or null.
    func value(of part: Template.Part) -> JSONValue? {
        let value: JSONValue? = switch part {
        case .text: nil
        case .parentField(let field): parent[field]
        case .incremental(let name): incremental[name]
        }
        return value == .null ? nil : value
    }

    /// Tells parents apart without showing their fields, the same in every run; nil without a parent.
    func parentHash(_ binding: ParentBinding?) -> UInt64? {
        guard let binding, !parent.isEmpty else { return nil }
        return fastHash(JSONValue.array(binding.fields.map { parent[$0] ?? .null }).text(pretty: false))
    }
}

/// Why a request cannot be made of its values. Only names: a value may be personal. Concerns this parent alone, but for
/// a secret that is missing, which ends the run.
package enum RequestProblem: Error, Hashable, Sendable {
    /// A place in the path has no value, or an empty one.
    case pathValueMissing(place: String)
    /// The value would change the shape of the path: `.` or `..` as a whole segment.
    case pathValueClimbs(place: String)
    /// The header's value would hold a line break or another control character.
    case headerValue(name: String)
    case secretMissing(name: String)
    /// A page parameter has no place in the body: that is a text, or the path leads through a list.
    case bodyPath(String)
}

extension RequestProblem {
    package var sentence: String {
        switch self {
        case .pathValueMissing(let place):
            "the path needs a value for '\(place)', but it is empty or missing. Correct the field in endpoint.path, or leave such parents out."
        case .pathValueClimbs(let place):
            "the value for '\(place)' is '.' or '..', which would lead to another path. Expected a value that names one thing."
        case .headerValue(let name):
            "the value for the header '\(name)' holds a line break or a control character. Expected one line of text."
        case .secretMissing(let name): "'\(name)' needs a secret that has no value. Give it one, or take it out of the definition."
        case .bodyPath(let path):
            "the body has no place at '\(path)' for a page parameter. Expected endpoint.json to be an object, and a path of plain keys."
        }
    }
}

extension Template.Part {
    /// As it stands in a definition, for a message.
    var placeName: String {
        switch self {
        case .text(let text): text
        case .parentField(let field): field.description
        case .incremental(let value): "incremental." + value.rawValue
        }
    }
}

extension JSONValue {
    /// As it stands in a URL, a header or a form: a text without its quotes, all else as JSON.
    var asText: String { string ?? text(pretty: false) }
}
