import LakeJSON
import Testing

/// Every scalar of a JSON document by its place, so that two ways to write the same data can be compared.
/// `3.payload.commits[0].sha` → `"ab12"`; a place that comes twice is a fault of whoever made it.
struct Leaves {
    private(set) var values: [String: String] = [:]

    init() {}

    /// Of records: the first one is number 1.
    init(records: [JSONValue]) {
        for (index, record) in records.enumerated() { add(record, "\(index + 1)") }
    }

    mutating func add(_ value: JSONValue, _ place: String) {
        switch value {
        case .object(let members): for member in members { add(member.value, place + "\u{1}" + member.key) }
        case .array(let elements): for (index, element) in elements.enumerated() { add(element, place + "\u{1}[\(index)]") }
        default: set(Leaves.characters(value), place)
        }
    }

    private mutating func set(_ text: String, _ place: String) {
        if let before = values.updateValue(text, forKey: place) { Issue.record("\(place) stands twice: \(before) and \(text)") }
    }

    /// Type aside: a number that stands in a text column has the same characters.
    static func characters(_ value: JSONValue) -> String {
        switch value {
        case .null: "\u{0}null"
        case .bool(let value): value ? "true" : "false"
        case .number(let digits): digits
        case .string(let text): text
        case .array, .object: value.text(pretty: false)
        }
    }
}

extension Leaves {
    /// Of a resource in the newest load: children are put back under their parents by row numbers and list indices.
    init(lake: LakeReader, resource: String) throws {
        let record = try lake.record()
        let tables = (record["tables"]?.array ?? []).filter { $0["resource"]?.string == resource }
        var places: [String: [Int: String]] = [:]
        var waiting = tables.compactMap { $0["name"]?.string }
        let parents = Dictionary(tables.map { ($0["name"]?.string ?? "", $0["parent"]?.string) }) { $1 }
        // Parents first: a child's place begins with its parent's.
        while let name = waiting.first(where: { parents[$0].flatMap { $0 }.map { places[$0] != nil } ?? true }) {
            waiting.removeAll { $0 == name }
            let above = parents[name].flatMap { $0 }
            places[name] = try addTable(name, lake, record, above: above.flatMap { places[$0] })
        }
        #expect(waiting.isEmpty, "tables without their parents")
    }

    /// - Returns: the place of each of its rows.
    private mutating func addTable(_ name: String, _ lake: LakeReader, _ record: JSONValue, above: [Int: String]?) throws -> [Int: String] {
        var places: [Int: String] = [:]
        for file in lake.files(record, "jsonl").filter({ $0.table == name }) {
            let schema = try lake.document("_lake/schemas/\(name).v\(file.version).json")
            let tablePath = try #require(schema["path"]?.string)
            let columns = Dictionary((schema["columns"]?.array ?? []).compactMap { column in
                column["path"]?.string.map { (column["name"]?.string ?? "", Self.steps($0)) }
            }) { $1 }
            let parentPath = try schema["parent"]?.string.map { try lake.document("_lake/schemas/\($0).v1.json")["path"]?.string ?? "$" }
            for row in try lake.jsonl(file.path) {
                let place = try Self.place(row, tablePath, parentPath, above)
                places[row.number] = place
                for (column, value) in row.columns {
                    guard let steps = columns[column] else { continue }
                    let inside = steps.dropFirst(Self.steps(tablePath).count)
                    set(Self.characters(value), ([place] + inside).joined(separator: "\u{1}"))
                }
            }
        }
        return places
    }

    private static func place(_ row: LakeReader.Row, _ tablePath: String, _ parentPath: String?, _ above: [Int: String]?) throws -> String {
        guard let parentPath, let above else { return "\(row.number)" }
        let number = try #require(row["_parent_row_number"]?.int)
        let parent = try #require(above[number])
        let between = steps(tablePath).dropFirst(steps(parentPath).count).dropLast()
        let index = try #require(row["_list_index"]?.int)
        return ([parent] + between + ["[\(index)]"]).joined(separator: "\u{1}")
    }

    /// `$.a['odd key'][*].b` → `a`, `odd key`, `[*]`, `b`
    private static func steps(_ path: String) -> [String] {
        var steps: [String] = []
        var rest = Array(path.unicodeScalars.dropFirst())[...]
        while let first = rest.popFirst() {
            var text = String.UnicodeScalarView()
            if first == "." {
                while let c = rest.first, c != ".", c != "[" { text.append(c); rest.removeFirst() }
            } else if rest.first == "*" {
                rest = rest.dropFirst(2)
                text.append(contentsOf: "[*]".unicodeScalars)
            } else {
                rest.removeFirst()
                while let c = rest.popFirst(), c != "'" { text.append(c == "\\" ? rest.popFirst() ?? c : c) }
                rest.removeFirst()
            }
            steps.append(String(text))
        }
        return steps
    }

    /// What differs, in words; empty where nothing does.
    func differences(from other: Leaves) -> [String] {
        var all: [String] = []
        for (place, value) in values where other.values[place] != value || !(other.values[place] ?? "").utf8.elementsEqual(value.utf8) {
            all.append("\(place): '\(value)' and '\(other.values[place] ?? "nothing")'")
        }
        for (place, value) in other.values where values[place] == nil { all.append("\(place): nothing and '\(value)'") }
        return all.sorted()
    }
}
