import LakeModel

/// The sources that come with the program. Each is a definition text, read by the same reader as a user's own.
package enum BuiltInSources {
    package static let names = ["thena", "thena_platform"]

    /// The text of a built-in definition: its documentation, and a beginning for one's own.
    package static func definition(_ name: String) -> String? {
        switch name {
        case "thena": thenaDefinition
        case "thena_platform": thenaPlatformDefinition
        default: nil
        }
    }

    /// nil where there is no built-in source of this name.
    package static func source(_ name: String) -> Source? {
        guard let text = definition(name) else { return nil }
        do {
            return try Source.read(definition: PageBytes(text), named: name + ".json").source
        } catch {
            preconditionFailure("a built-in definition is wrong: \(error.sentences)")
        }
    }
}
