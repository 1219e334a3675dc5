import LakeJSON

/// Parts whose order means nothing; nil where there are none.
func list(_ parts: [JSONValue]) -> JSONValue? { parts.isEmpty ? nil : .array(sorted(parts)) }

private func sorted(_ parts: [JSONValue]) -> [JSONValue] {
    parts.map { (part: $0, text: $0.text(pretty: false)) }.sorted { $0.text < $1.text }.map(\.part)
}

private func sorted(_ texts: [String]) -> JSONValue { .strings(texts.sorted()) }

extension ColumnHint {
    /// nil where it changes no value: a description is a word to people.
    var canonical: JSONValue? {
        guard dataType != nil || isNullable == false || timestampFormat != nil || !nullValues.isEmpty else { return nil }
        return [
            .string(field.text), dataType.map { .string($0.rawValue) } ?? .null, .bool(isNullable ?? true),
            timestampFormat.map { .string($0.text) } ?? .null, sorted(nullValues),
        ]
    }
}

extension SchemaContract {
    var canonical: JSONValue { .strings([tables, columns, dataType].map(\.rawValue)) }
}

extension NestedTable {
    var canonical: JSONValue {
        [.string(Selector(describing: table).description), contract?.canonical ?? .null, tableName.map { .string($0) } ?? .null]
    }
}

extension FieldRules {
    var canonical: JSONValue {
        [
            include.map { sorted($0.map(\.text)) } ?? .null, sorted(exclude.map(\.text)),
            .array(sorted(personal.map { [.string($0.field.text), .string($0.action.rawValue)] })),
        ]
    }
}
