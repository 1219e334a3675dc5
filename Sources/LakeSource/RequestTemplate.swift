import LakeJSON

/// What a resource asks for, with places for what is known only when a request is made.
package struct RequestTemplate: Hashable, Sendable {
    package enum Method: String, CaseIterable, Hashable, Sendable { case get = "GET", post = "POST" }

    package var method: Method
    /// Joined to `Client.baseURL` with one slash, unless it is an absolute URL itself. Values are encoded as path segments.
    package var path: Template
    /// Query parameters in the order of the definition.
    package var params: [RequestField]
    package var headers: [RequestField]
    package var body: RequestBody?

    package init(
        method: Method = .get, path: Template, params: [RequestField] = [], headers: [RequestField] = [], body: RequestBody? = nil
    ) {
        self.method = method
        self.path = path
        self.params = params
        self.headers = headers
        self.body = body
    }
}

/// A text with places in it: `users/{resources.users.id}/notes`.
package struct Template: Hashable, Sendable, CustomStringConvertible {
    package enum Part: Hashable, Sendable {
        case text(String)
        /// A field of the parent's record.
        case parentField(Selector)
        case incremental(IncrementalValue)
    }
    package var parts: [Part]
    /// As it stands in the definition, doubled braces made single.
    package var description: String

    package init(parts: [Part], description: String) {
        self.parts = parts
        self.description = description
    }

    /// A text without places.
    package init(_ text: String) {
        parts = text.isEmpty ? [] : [.text(text)]
        description = text
    }

    /// The text, where it has no places.
    package var fixedText: String? {
        switch parts.count {
        case 0: return ""
        case 1: if case .text(let text) = parts[0] { return text } else { return nil }
        default: return nil
        }
    }
}

/// What the incremental cursor gives to a request: `{incremental.start_value}`.
package enum IncrementalValue: String, CaseIterable, Hashable, Sendable {
    /// From where this run reads on: the last value less the lag, or the initial value.
    case startValue = "start_value"
    case initialValue = "initial_value"
    /// The last value of the load before, without the lag; the initial value where there is none.
    case lastValue = "last_value"
    case endValue = "end_value"
}

/// A header, a query parameter or a field of a form.
package struct RequestField: Hashable, Sendable {
    package enum Value: Hashable, Sendable {
        case template(Template)
        case secret(SecretReference)
    }
    package var name: String
    package var value: Value

    package init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }

    /// A fixed text.
    package init(_ name: String, _ text: String) { self.init(name, .template(Template(text))) }

    /// The text, where it is fixed and no secret.
    package var fixedText: String? {
        if case .template(let template) = value { template.fixedText } else { nil }
    }

    package var secret: SecretReference? {
        if case .secret(let reference) = value { reference } else { nil }
    }
}

package enum RequestBody: Hashable, Sendable {
    /// `json`: sent as `application/json`.
    case json(BodyTemplate)
    /// `data` as an object: sent as `application/x-www-form-urlencoded`.
    case form([RequestField])
    /// `data` as a text.
    case text(Template)
}

/// A JSON document with places in it. A text that is exactly one place takes the value with its own type.
package indirect enum BodyTemplate: Hashable, Sendable {
    /// null, true, false or a number.
    case scalar(JSONValue)
    case text(Template)
    case array([BodyTemplate])
    case object([Member])

    package struct Member: Hashable, Sendable {
        package var name: String
        package var value: BodyTemplate
        package init(_ name: String, _ value: BodyTemplate) {
            self.name = name
            self.value = value
        }
    }
}

/// What to do with an answer that would else be a fault: dlt's `response_actions`.
package struct ResponseAction: Hashable, Sendable {
    package enum Action: String, CaseIterable, Hashable, Sendable {
        /// The walk ends here: on its first page with nothing, further on as partial.
        case ignore
        /// Asked again, as after a 503. Our own; dlt has none.
        case retry
        /// A fault of the resource, also where the status is a success. Our own.
        case fail
    }
    /// nil: any.
    package var statusCode: Int?
    /// A part of the body; nil: any body.
    package var content: String?
    package var action: Action

    package init(statusCode: Int? = nil, content: String? = nil, action: Action) {
        self.statusCode = statusCode
        self.content = content
        self.action = action
    }
}
