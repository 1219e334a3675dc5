import LakeJSON
import LakeModel

/// The members of a page that may tell about paging: those at the top, those beside the records or on the way to them,
/// and those of objects that describe paging. Never a member of a record.
struct PagingField {
    /// The keys that lead to it.
    let path: [String]
    /// Its own key, folded: `hasnextpage`.
    let name: String
    /// The token of its value.
    let value: Int

    /// The outermost first, in the order of the page.
    static func all(in page: PageBytes, tape: Tape, records: PageRecords) -> [PagingField] {
        // A page that is one record has no field of its own.
        guard tape.count > 0, records != .single(token: 0) else { return [] }
        var fields: [PagingField] = []
        var level: [(path: [String], token: Int)] = [([], 0)]
        for _ in 0...deepest {
            var deeper: [(path: [String], token: Int)] = []
            for object in level {
                tape.forEachMember(of: object.token, in: page) { name, value in
                    let field = PagingField(path: object.path + [name], name: foldedName(name), value: value)
                    fields.append(field)
                    guard tape[value].kind == .object, records != .single(token: value) else { return }
                    if places.contains(field.name) || records.lie(inside: value, tape) { deeper.append((field.path, value)) }
                }
            }
            level = deeper
        }
        return fields
    }

    /// Objects below the top that are looked into: `data.users.pageInfo`.
    private static let deepest = 3

    /// Objects that describe paging, folded; `data` may hold them too.
    private static let places: Set<String> = [
        "data", "pageinfo", "pagination", "paging", "meta", "metadata", "page", "result", "cursors", "cursor", "responsemetadata", "additionaldata",
    ]

    /// Whether an object under this name usually tells about paging.
    static func describesPaging(_ name: String) -> Bool { places.contains(foldedName(name)) }
}

extension PagingField {
    var dotted: String { path.joined(separator: ".") }

    func number(_ page: PageBytes, _ tape: Tape) -> Int? {
        tape.scalarText(value, in: page).flatMap { PagingNumber.read($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }

    func flag(_ tape: Tape) -> Bool? {
        switch tape[value].kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// A text that is not empty.
    func filledText(_ page: PageBytes, _ tape: Tape) -> String? {
        guard tape[value].kind == .string, tape[value].length > 0 else { return nil }
        return tape.decodeString(tape[value], page)
    }
}

extension PageRecords {
    /// Whether the records stand inside the value at this token, and are not that value itself.
    func lie(inside value: Int, _ tape: Tape) -> Bool {
        token.map { value < $0 && $0 < Int(tape[value].next) } ?? false
    }
}
