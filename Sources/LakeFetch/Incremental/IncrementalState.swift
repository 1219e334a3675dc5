import LakeJSON
import LakeModel
import LakeSource

/// How far the loads so far have read a resource: what is kept from load to load.
///
/// `{"cursor_path":"updated_at","last_value":"2026-11-23T02:00:00Z","kind":"timestamp","ties":["5f0e2b7c91d3a846"]}`
package struct IncrementalState: Hashable, Sendable {
    /// Records at the last value that are remembered: 10,000 are 190 kB of JSON.
    package static let mostTies = 10_000

    /// nil where it is not known; then it fits every path.
    package var cursorPath: String?
    package var lastValue: CursorValue
    /// Hashes of the records at the last value that were read. Ascending, each once.
    package private(set) var ties: [UInt64]

    package init(cursorPath: String?, lastValue: CursorValue, ties: some Sequence<UInt64> = []) {
        self.cursorPath = cursorPath
        self.lastValue = lastValue
        self.ties = Set(ties).sorted()
    }

    package init(json: JSONValue) throws(IncrementalFault) {
        guard let lastValue = json["last_value"].flatMap({ CursorValue($0) }) else { throw .badState(key: "last_value") }
        // A value that a person set stands alone: its kind is that of its text, and no record at it was read.
        if let kind = json["kind"], kind.string != lastValue.kind.rawValue { throw .badState(key: "kind") }
        let list = json["ties"] ?? .array([])
        guard let elements = list.array, elements.count <= Self.mostTies else { throw .badState(key: "ties") }
        var ties: [UInt64] = []
        for element in elements {
            guard let text = element.string, text.utf8.count == 16, let hash = UInt64(text, radix: 16) else { throw .badState(key: "ties") }
            ties.append(hash)
        }
        let path = json["cursor_path"]
        guard path == nil || path?.string != nil else { throw .badState(key: "cursor_path") }
        self.init(cursorPath: path?.string, lastValue: lastValue, ties: ties)
    }

    package var json: JSONValue {
        .object([
            "cursor_path": cursorPath.map { .string($0) }, "last_value": lastValue.json, "kind": .string(lastValue.kind.rawValue),
            "ties": .strings(ties.map { hex($0) }),
        ])
    }

    /// A state that a person sets: the next load starts at this value, and all records at it come (again).
    /// - Parameters:
    ///   - text: see `Incremental.typedValue`.
    ///   - before: the state until now.
    package init(settingTo text: String, cursor: Incremental, before: IncrementalState? = nil) throws(IncrementalFault) {
        let value = try cursor.typedValue(text, before: before)
        self.init(cursorPath: cursor.cursorPath.description, lastValue: value)
    }

    /// Whether it was written by this cursor. `$.a` and `a` are one path.
    func belongs(to cursor: Incremental) -> Bool {
        guard let cursorPath else { return true }
        return (try? Selector(parsing: cursorPath))?.steps == cursor.cursorPath.steps
    }
}

extension Incremental {
    /// A value that a person typed: as the records have it; a text that looks like a number in double quotes. Where the
    /// state or `initial_value` tells the kind of the values, it must be of that kind.
    package func typedValue(_ text: String, before: IncrementalState?) throws(IncrementalFault) -> CursorValue {
        let model = before?.lastValue ?? initialValue.flatMap { CursorValue($0) }
        guard !text.isEmpty, let value = CursorValue(typed: text, like: model) else { throw .badValue(.typed) }
        if let model, !value.kind.isComparable(to: model.kind) {
            throw .badTypedValue(expected: model.kind, found: value.kind)
        }
        return value
    }
}

/// For the terminal of the one who asked for it: shows the value.
extension IncrementalState: CustomStringConvertible {
    package var description: String {
        let path = cursorPath.map { "\($0) = " } ?? ""
        let records = ties.count == 1 ? "1 record" : "\(ties.count) records"
        return "\(path)\(lastValue.source) (\(lastValue.kind.rawValue)), \(records) at it remembered"
    }
}
