import Glibc
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSource

/// What one record of a parent gives to the requests and rows of a dependent resource.
struct ParentRow: Sendable {
    /// The fields that the request is made of.
    var fields: [Selector: JSONValue]
    /// The members that are added to the child's records, each with a name of its own.
    var included: [(name: String, value: JSONValue)]
}

/// The fields of a resource's records that one dependent resource needs, each combination once, in the order of the
/// records. A line of the spool is a list: `["u-17","Dana"]`, first the fields of the request, then the included ones.
final class ParentValues {
    private let binding: ParentBinding
    private let spool: ValueSpool
    let child: String
    /// Records without a usable value in a field of the request.
    private(set) var missing = 0

    init(child: Resource, binding: ParentBinding, staging: StagingFolder) {
        self.child = child.name
        self.binding = binding
        spool = ValueSpool(staging, name: Self.name(binding.resource, child.name))
    }

    private static func name(_ parent: String, _ child: String) -> String { parent + "\n" + child }

    /// Takes the values of those records of a page that go on.
    func add(_ page: FetchedPage) throws {
        for record in page.chosenTokens {
            if let values = values(of: record, page) { try spool.add(JSONValue.array(values).text(pretty: false)) } else { missing += 1 }
        }
    }

    private func values(of record: Int, _ page: FetchedPage) -> [JSONValue]? {
        var values: [JSONValue] = []
        for field in binding.fields {
            guard let value = value(field, record, page), Self.isUsable(value) else { return nil }
            values.append(value)
        }
        return values + binding.included.map { value($0.field, record, page) ?? .null }
    }

    /// Of the record as it is written: fields of the record's own parent, which were added to it, count as its own.
    private func value(_ field: Selector, _ record: Int, _ page: FetchedPage) -> JSONValue? {
        field.first(in: page.page, tape: page.tape, from: record).map { page.tape.value(at: $0, of: page.page) }
            ?? page.included.first { $0.name == field.description }?.value
    }

    /// A scalar. Nothing in the place of an id would ask for the list itself.
    private static func isUsable(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): !text.isEmpty
        case .number, .bool: true
        case .null, .array, .object: false
        }
    }

    func finish() throws(FileFault) { try spool.finish() }

    /// Reads the rows back, for the resource that needs them.
    struct Reader {
        private let binding: ParentBinding
        private let lines: ValueSpool.Reader

        init(child: Resource, binding: ParentBinding, staging: StagingFolder) throws(FileFault) {
            self.binding = binding
            lines = try ValueSpool.Reader(staging, name: ParentValues.name(binding.resource, child.name))
        }

        func next() throws(FileFault) -> ParentRow? {
            guard let line = try lines.next() else { return nil }
            let values = (try? JSONValue(parsing: PageBytes(line)))?.array ?? []
            guard values.count == binding.fields.count + binding.included.count else {
                throw .system(operation: .read, path: "the fields of \(binding.resource) in staging", number: EIO)
            }
            return ParentRow(
                fields: Dictionary(zip(binding.fields, values)) { first, _ in first },
                included: zip(binding.included, values.dropFirst(binding.fields.count)).map { ($0.name, $1) })
        }
    }
}

extension FetchedPage {
    /// Whether it is a page of the walk, and not one that was asked for to find something out.
    var isKept: Bool { choice != .none || filtered + duplicates > 0 }

    /// Empty where there is no record, or where it is no object.
    func keysOfFirstRecord(atMost limit: Int) -> [String] {
        guard let first = records.tokens(in: tape).first, tape[first].kind == .object else { return [] }
        return (tape.value(at: first, of: page).object ?? []).prefix(limit).map(\.key)
    }

    /// The tokens of the records that go on.
    var chosenTokens: [Int] {
        switch choice {
        case .all: return records.tokens(in: tape)
        case .none: return []
        case .only(let indices):
            let tokens = records.tokens(in: tape)
            return indices.map { tokens[$0] }
        }
    }
}
