import LakeFetch
import LakeFiles
import LakeJSON
import LakeSource

/// The values of one field of a resource's records, for the resources that depend on it.
final class ParentValues {
    private let field: Selector
    private let spool: ValueSpool
    /// Records without a usable value in the field.
    private(set) var missing = 0

    init(resource: String, field: Selector, staging: StagingFolder) {
        self.field = field
        spool = ValueSpool(staging, name: Self.name(resource, field))
    }

    /// The values that were kept, for the resource that needs them.
    static func reader(resource: String, field: Selector, staging: StagingFolder) throws(FileFault) -> ValueSpool.Reader {
        try ValueSpool.Reader(staging, name: name(resource, field))
    }

    private static func name(_ resource: String, _ field: Selector) -> String { resource + "\n" + field.description }

    /// Takes the values of a page's records.
    func add(_ page: FetchedPage) throws {
        for record in page.records.tokens(in: page.tape) {
            if let text = text(of: record, page) { try spool.add(text) } else { missing += 1 }
        }
    }

    private func text(of record: Int, _ page: FetchedPage) -> String? {
        guard let token = field.first(in: page.page, tape: page.tape, from: record) else { return nil }
        switch page.tape[token].kind {
        case .string:
            // Nothing in the place of an id would ask for the list itself.
            let text = page.tape.decodeString(page.tape[token], page.page)
            return text.isEmpty ? nil : text
        case .number, .true, .false: return page.tape.sourceText(page.tape[token], page.page)
        default: return nil
        }
    }

    func finish() throws(FileFault) { try spool.finish() }
}
