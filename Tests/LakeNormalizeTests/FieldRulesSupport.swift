import LakeJSON
import LakeModel
import LakeNormalize
import LakeSource

/// `tags[*].name`, read as a definition's.
func field(_ text: String) -> FieldReference {
    guard let selector = try? Selector(parsing: text), let field = FieldReference(selector) else { preconditionFailure("no field: \(text)") }
    return field
}

func ruled(
    include: [String]? = nil, exclude: [String] = [], hash: [String] = [], redact: [String] = [], drop: [String] = [],
    columns: [ColumnHint] = []
) -> Resource {
    let personal = hash.map { PersonalField(field: field($0), action: .hash) } + redact.map { PersonalField(field: field($0), action: .redact) }
        + drop.map { PersonalField(field: field($0), action: .drop) }
    return Resource(
        name: "r", request: RequestTemplate(path: Template("r")), columns: columns,
        fieldRules: FieldRules(include: include.map { $0.map(field) }, exclude: exclude.map(field), personal: personal))
}

/// The records of a page, an array or the one record, as the rules leave them.
struct RuledPage {
    var text: String
    /// Before texts became null and times were converted.
    var masked: String
    var counts: SideCounts
    /// Whether nothing had to be written anew.
    var isUntouched: Bool

    init(_ source: String, _ resource: Resource, key: [UInt8] = Array("key".utf8)) throws {
        guard let walk = FieldRulesWalk(resource, hashKey: key) else { preconditionFailure("no rules") }
        self = try Self(source, walk)
    }

    init(_ source: String, _ walk: FieldRulesWalk) throws {
        let page = PageBytes(source), tape = Tape()
        try Tokenizer.tokenize(page, into: tape)
        let records = tape[0].kind == .array ? tape.elements(of: 0) : [0]
        let masks = walk.masks(page, tape, records: records)
        let masked = try masks.apply(to: page, tape, records: records)
        let left = masked.tape.elements(of: 0)
        let conversions = walk.conversions(masked.page, masked.tape, records: left)
        let anew = try conversions.apply(to: masked.page, masked.tape, records: left)
        self.masked = masked.page.text(0..<masked.page.count)
        text = anew.page.text(0..<anew.page.count)
        counts = walk.counts
        isUntouched = masks.isEmpty && conversions.isEmpty
    }
}
