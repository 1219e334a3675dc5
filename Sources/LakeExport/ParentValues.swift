import Glibc
import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeNormalize
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
    /// The rules of the parent that hold for what is included; nil where it has none.
    private let masks: FieldRulesWalk?
    /// By included field: whether the child has a rule of its own for it, which then holds.
    private let isOwn: [Bool]
    let child: String
    /// Records without a usable value in a field of the request.
    private(set) var missing = 0

    /// - Parameters:
    ///   - parent: with places for all fields of its rules.
    ///   - hashKey: of the parent's hashes.
    init(child: Resource, binding: ParentBinding, parent: Resource, hashKey: [UInt8]?, staging: StagingFolder) {
        self.binding = binding
        self.child = child.name
        spool = ValueSpool(staging, name: Self.name(binding.resource, child.name))
        isOwn = binding.included.map { child.fieldRules.masks($0) }
        masks = isOwn.allSatisfy { $0 } ? nil : Self.masks(of: parent, hashKey)
    }

    /// What the parent includes is no rule here: the child names what it takes.
    private static func masks(of parent: Resource, _ hashKey: [UInt8]?) -> FieldRulesWalk? {
        guard !parent.fieldRules.exclude.isEmpty || !parent.fieldRules.personal.isEmpty else { return nil }
        var parent = parent
        parent.fieldRules.include = nil
        return FieldRulesWalk(parent, hashKey: hashKey)
    }

    private static func name(_ parent: String, _ child: String) -> String { parent + "\n" + child }

    /// Takes the values of those records of a page that go on. What the request is made of is taken as the API needs it;
    /// what is included goes into the lake, so the parent's rules hold for it.
    func add(_ page: ParentPage) throws {
        let masked = try masked(page)
        for index in page.chosen.indices {
            if let values = values(of: page.chosen[index], in: page.source, masked: masked.records[index], in: masked) {
                try spool.add(JSONValue.array(values).text(pretty: false))
            } else {
                missing += 1
            }
        }
    }

    private func masked(_ page: ParentPage) throws(JSONFault) -> MaskedPage {
        guard let masks, !page.written.isEmpty else { return MaskedPage(page: page.page, tape: page.tape, records: page.written) }
        let anew = try masks.masks(page.page, page.tape, records: page.written).apply(to: page.page, page.tape, records: page.written)
        return MaskedPage(page: anew.page, tape: anew.tape, records: anew.tape.elements(of: 0))
    }

    /// The chosen records of a page, with what the parent's rules leave of them.
    private struct MaskedPage {
        let page: PageBytes
        let tape: Tape
        let records: [Int]
    }

    private func values(of record: Int, in page: FetchedPage, masked: Int, in maskedPage: MaskedPage) -> [JSONValue]? {
        var values: [JSONValue] = []
        for field in binding.fields {
            guard let value = Self.plain(field, record, page), Self.isUsable(value) else { return nil }
            values.append(value)
        }
        for (included, isOwn) in zip(binding.included, isOwn) {
            let value = masks == nil || isOwn ? Self.plain(included.field, record, page) : Self.masked(included.field, masked, maskedPage)
            values.append(value ?? .null)
        }
        return values
    }

    /// Fields of the record's own parent, which are added to it, count as its own.
    private static func plain(_ field: Selector, _ record: Int, _ page: FetchedPage) -> JSONValue? {
        field.first(in: page.page, tape: page.tape, from: record).map { page.tape.value(at: $0, of: page.page) }
            ?? page.included.first { $0.name == field.description }?.value
    }

    private static func masked(_ field: Selector, _ record: Int, _ page: MaskedPage) -> JSONValue? {
        // What the parent has from its own parent is a member by its whole name, dots included.
        let token = field.first(in: page.page, tape: page.tape, from: record)
            ?? Selector(keys: [field.description]).first(in: page.page, tape: page.tape, from: record)
        return token.map { page.tape.value(at: $0, of: page.page) }
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

/// A page of a parent as it came and as it is written: with the fields of its own parent.
struct ParentPage {
    let source: FetchedPage
    let page: PageBytes
    let tape: Tape
    /// The tokens of the records that go on, in the one and in the other.
    let chosen: [Int]
    let written: [Int]

    /// - Parameter fields: those of its own parent; nil where there are none.
    init(_ source: FetchedPage, with fields: IncludedFields? = nil) {
        self.source = source
        page = fields?.page ?? source.page
        tape = fields?.tape ?? source.tape
        chosen = source.chosen(of: source.records.tokens(in: source.tape))
        written = fields.map { source.chosen(of: $0.tape.elements(of: 0)) } ?? chosen
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

    /// Those of the records that go on.
    fileprivate func chosen(of records: [Int]) -> [Int] {
        switch choice {
        case .all: records
        case .none: []
        case .only(let indices): indices.map { records[$0] }
        }
    }
}
