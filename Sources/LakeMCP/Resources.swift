import LakeJSON

/// A document that a client may read.
package struct ResourceEntry: Hashable, Sendable {
    package var uri: String
    package var name: String
    package var help: String
    package var mimeType: String

    package init(uri: String, name: String, help: String, mimeType: String = "application/json") {
        self.uri = uri
        self.name = name
        self.help = help
        self.mimeType = mimeType
    }

    var json: JSONValue {
        ["uri": .string(uri), "name": .string(Visible.text(name)), "description": .string(help), "mimeType": .string(mimeType)]
    }
}

/// Documents of one kind.
package struct ResourceTemplate: Hashable, Sendable {
    package var pattern: String
    package var name: String
    package var help: String

    package init(pattern: String, name: String, help: String) {
        self.pattern = pattern
        self.name = name
        self.help = help
    }

    var json: JSONValue {
        ["uriTemplate": .string(pattern), "name": .string(name), "description": .string(help), "mimeType": "application/json"]
    }
}

/// A document's text. What a lake holds came from outside, and says so.
package struct ResourceText: Hashable, Sendable {
    package var uri: String
    package var mimeType: String
    package var text: String

    package init(uri: String, mimeType: String = "application/json", text: String) {
        self.uri = uri
        self.mimeType = mimeType
        self.text = text
    }

    var json: JSONValue {
        ["uri": .string(uri), "mimeType": .string(mimeType), "text": .string(Visible.text(text)), "_meta": ["restlake/untrusted": true]]
    }
}
