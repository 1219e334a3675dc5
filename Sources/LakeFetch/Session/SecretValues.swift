import LakeSource

/// The values of a run's secrets, by the references of its definition. Shows names, never a value.
package struct SecretValues: Sendable {
    private let values: [SecretReference: String]

    package init(_ values: [SecretReference: String] = [:]) { self.values = values }

    /// nil where a named secret has no value. One that the definition spells out is its own value.
    package subscript(reference: SecretReference) -> String? {
        if case .literal(let text) = reference { text } else { values[reference] }
    }

    /// Every value that was handed in: what must not leave for a place that may not see it.
    var all: [String] { Array(values.values) }
}

extension SecretValues: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        "secrets [" + values.keys.compactMap { if case .named(let name) = $0 { name } else { nil } }.sorted().joined(separator: ", ") + "]"
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
