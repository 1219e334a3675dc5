import LakeJSON
import LakeModel
import LakeSource
import Testing

/// A definition of these resources.
func definition(_ resources: String, client: String = "", defaults: String = "") -> String {
    let defaults = defaults.isEmpty ? "" : ",\"resource_defaults\":\(defaults)"
    return "{\"client\":{\"base_url\":\"https://a.example/v1\"\(client)}\(defaults),\"resources\":[\(resources)]}"
}

func read(_ text: String, _ file: String = "defs/my api.json") throws -> (source: Source, warnings: [DefinitionFinding]) {
    try Source.read(definition: PageBytes(text), named: file)
}

/// The last resource of a definition, after those that it may depend on.
func resource(_ text: String, after others: String = "", client: String = "", defaults: String = "") throws -> Resource {
    let (source, _) = try read(definition(others.isEmpty ? text : others + "," + text, client: client, defaults: defaults))
    return try #require(source.resources.last)
}

/// Resource `r` with this endpoint, after `users`.
func endpoint(_ endpoint: String, defaults: String = "") throws -> Resource {
    try resource("{\"name\":\"r\",\"endpoint\":\(endpoint)}", after: "\"users\"", defaults: defaults)
}

/// What is wrong with a definition; empty where nothing is.
func sentences(_ text: String) -> [String] {
    do {
        _ = try read(text)
        return []
    } catch let faults as DefinitionFaults {
        return faults.findings.map(\.sentence)
    } catch {
        return ["\(error)"]
    }
}

func warnings(_ text: String) throws -> [String] { try read(text).warnings.map(\.sentence) }

/// A wrong definition, and all that is said about it.
struct FaultCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var sentences: [String]

    init(_ name: String, _ text: String, _ sentences: String...) {
        testDescription = name
        self.text = text
        self.sentences = sentences
    }

    /// Resource `r` with this endpoint. The sentence's path is that behind `resources[0].endpoint`.
    static func endpoint(_ name: String, _ endpoint: String, _ sentences: String...) -> FaultCase {
        var fault = FaultCase(name, definition("{\"name\":\"r\",\"endpoint\":\(endpoint)}"))
        fault.sentences = sentences.map { "resources[0].endpoint" + $0 }
        return fault
    }

    /// Resource `r` with these further keys. The sentence's path is that behind `resources[0]`.
    static func resource(_ name: String, _ keys: String, _ sentences: String...) -> FaultCase {
        var fault = FaultCase(name, definition("{\"name\":\"r\",\(keys)}"))
        fault.sentences = sentences.map { "resources[0]" + $0 }
        return fault
    }

    /// This auth of the client. The sentence's path is that behind `client.auth`.
    static func auth(_ name: String, _ auth: String, _ sentences: String...) -> FaultCase {
        var fault = FaultCase(name, definition("\"r\"", client: ",\"auth\":\(auth)"))
        fault.sentences = sentences.map { "client.auth" + $0 }
        return fault
    }

    /// This paginator. The sentence's path is that behind the paginator.
    static func paginator(_ name: String, _ paginator: String, _ sentences: String...) -> FaultCase {
        var fault = FaultCase(name, definition("{\"name\":\"r\",\"endpoint\":{\"paginator\":\(paginator)}}"))
        fault.sentences = sentences.map { "resources[0].endpoint.paginator" + $0 }
        return fault
    }
}

func keys(_ keys: String...) -> Selector { Selector(keys: keys) }

extension RequestField {
    /// With these parts.
    init(_ name: String, parts: [Template.Part], _ description: String) {
        self.init(name, .template(Template(parts: parts, description: description)))
    }
}
