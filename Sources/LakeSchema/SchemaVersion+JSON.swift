import LakeJSON
import LakeModel
import LakeNormalize

// The schema document, `_lake/schemas/requests.v2.json`, immutable:
//
//     {
//       "restlake_format": 1,
//       "table": "requests",
//       "resource": "requests",
//       "path": "$",
//       "parent": null,
//       "version": 2,
//       "parent_version": 1,
//       "load_id": "20261123T020000Z-7f3a9c",
//       "fingerprint": "0c7e…",
//       "columns": [
//         {"id": 1, "name": "_load_id", "type": "text", "nullable": false},
//         {"id": 3, "name": "id", "type": "text", "nullable": true, "path": "$.id",
//          "description": "as in the address bar"}
//       ],
//       "changes": [
//         {"what": "widen_type", "column": "score", "column_id": 9, "from": "bigint", "to": "double", "path": "$.score",
//          "kind": "widening", "load_id": "20261123T020000Z-7f3a9c", "page": 4, "record": 17}
//       ]
//     }

/// A document that is not what it should be.
package struct DocumentFault: Error, Hashable, Sendable {
    /// `columns[3].type`
    package var place: String
    package var expected: String
    package init(_ place: String, expected: String) {
        self.place = place
        self.expected = expected
    }
}

extension SchemaVersion {
    package var json: JSONValue {
        .object([
            "restlake_format": .int(restlakeFormat), "table": .string(table), "resource": .string(resource), "path": .string(path.text),
            "parent": parent.map { .string($0) } ?? .null, "version": .int(version),
            "parent_version": parentVersion.map { .int($0) } ?? .null, "load_id": .string(load), "fingerprint": .string(fingerprint),
            "columns": .array(columns.map(\.json)), "changes": .array(changes.map(\.json)),
        ])
    }

    package init(json: JSONValue) throws(DocumentFault) {
        let format = try json.require("restlake_format", "a number", \.int)
        guard format <= restlakeFormat else { throw DocumentFault("restlake_format", expected: "at most \(restlakeFormat), it is \(format)") }
        self.init(
            table: try json.require("table", "a text", \.string), resource: try json.require("resource", "a text", \.string),
            path: try json.require("path", "a path such as $.tags[*]") { $0.string.flatMap { FieldPath(text: $0) } },
            parent: try json.optional("parent", "a text or null", \.string), version: try json.require("version", "a number", \.int),
            parentVersion: try json.optional("parent_version", "a number or null", \.int), load: try json.require("load_id", "a text", \.string),
            columns: try json.list("columns") { item throws(DocumentFault) in try Column(json: item) },
            changes: try json.list("changes") { item throws(DocumentFault) in try SchemaChange(json: item) })
        guard json["fingerprint"]?.string == fingerprint else { throw DocumentFault("fingerprint", expected: fingerprint) }
    }
}

extension Column {
    package var json: JSONValue {
        .object([
            "id": .int(id), "name": .string(name), "type": .string(type.rawValue), "nullable": .bool(isNullable),
            "path": path.map { .string($0.text) }, "rest": isRest ? true : nil,
            "description": description.map { .string($0) },
        ])
    }

    init(json: JSONValue) throws(DocumentFault) {
        self.init(
            id: try json.require("id", "a number", \.int), name: try json.require("name", "a text", \.string),
            type: try json.require("type", "a column type") { $0.string.flatMap { ColumnType(rawValue: $0) } },
            isNullable: try json.require("nullable", "true or false", \.bool),
            path: try json.optional("path", "a path such as $.tags[*].id") { $0.string.flatMap { FieldPath(text: $0) } },
            isRest: try json.optional("rest", "true or false", \.bool) ?? false,
            description: try json.optional("description", "a text", \.string))
    }
}

extension SchemaChange {
    package var json: JSONValue {
        .object([
            "what": .string(what.rawValue), "column": column.map { .string($0) }, "column_id": columnID.map { .int($0) },
            "from": from.map { .string($0.rawValue) }, "to": to.map { .string($0.rawValue) }, "path": path.map { .string($0.text) },
            "kind": .string(isAdditive ? "additive" : "widening"), "load_id": .string(load), "page": .int(place.page),
            "record": .int(place.record),
        ])
    }

    package init(json: JSONValue) throws(DocumentFault) {
        self.init(
            try json.require("what", "a kind of change") { $0.string.flatMap { What(rawValue: $0) } },
            column: try json.optional("column", "a text", \.string), columnID: try json.optional("column_id", "a number", \.int),
            from: try json.optional("from", "a column type") { $0.string.flatMap { ColumnType(rawValue: $0) } },
            to: try json.optional("to", "a column type") { $0.string.flatMap { ColumnType(rawValue: $0) } },
            path: try json.optional("path", "a path such as $.tags[*].id") { $0.string.flatMap { FieldPath(text: $0) } },
            load: try json.require("load_id", "a text", \.string),
            place: Place(page: try json.require("page", "a number", \.int), record: try json.require("record", "a number", \.int)))
    }
}

extension JSONValue {
    /// The value of a key in the form that `read` takes, or a fault that names it.
    package func require<T>(_ key: String, _ expected: String, _ read: (JSONValue) -> T?) throws(DocumentFault) -> T {
        guard let value = self[key], let result = read(value) else { throw DocumentFault(key, expected: expected) }
        return result
    }

    /// As `require`, where the key may be absent or null: nil then.
    package func optional<T>(_ key: String, _ expected: String, _ read: (JSONValue) -> T?) throws(DocumentFault) -> T? {
        guard let value = self[key], !value.isNull else { return nil }
        return try require(key, expected, read)
    }

    /// Every element of an array under a key; a fault in one names its index.
    package func list<T>(_ key: String, _ read: (JSONValue) throws(DocumentFault) -> T) throws(DocumentFault) -> [T] {
        guard let items = self[key]?.array else { throw DocumentFault(key, expected: "a list") }
        var result: [T] = []
        for (index, item) in items.enumerated() {
            do { result.append(try read(item)) } catch {
                throw DocumentFault("\(key)[\(index)].\(error.place)", expected: error.expected)
            }
        }
        return result
    }
}
