import LakeJSON
import LakeModel
import LakeNormalize
import LakeSchema
import LakeSource

/// What a gate makes of one page, as tests compare it.
struct Judged: Equatable {
    /// The records anew, those that are discarded as `-`.
    var records: [String] = []
    /// By record that breaks something: `0 data_type requests.a $.a bigint<text discard_value`.
    var breaches: [String] = []
    /// Values, rows and nulls.
    var counts = [0, 0, 0]

    init(_ records: [String], _ breaches: [String] = [], counts: [Int] = [0, 0, 0]) {
        self.records = records
        self.breaches = breaches
        self.counts = counts
    }
}

/// A contract of one word for all three, or of three: tables, columns, data types.
func contract(_ modes: SchemaContract.Mode...) -> SchemaContract {
    modes.count == 1
        ? SchemaContract(tables: modes[0], columns: modes[0], dataType: modes[0]) : SchemaContract(tables: modes[0], columns: modes[1], dataType: modes[2])
}

func gateResource(
    _ contract: SchemaContract, hints: [ColumnHint] = [], nested: [NestedTable] = [], key: [String] = [], nesting: Int = 1000
) -> Resource {
    Resource(
        name: "requests", request: RequestTemplate(path: Template("requests")), primaryKey: key.map { Selector(keys: [$0]) }, columns: hints, contract: contract,
        nestedTables: nested, maxTableNesting: nesting)
}

func makeGate(_ resource: Resource, _ lake: SchemaLake) -> ContractGate? {
    let known = Array(lake.known.values)
    return ContractGate(resource: resource, known: known, naming: TableNaming([.init("requests")], known: known))
}

extension ContractGate {
    /// Judges a page whose body is the array of its records.
    func judge(_ text: String, number: Int = 3) throws -> Judged {
        let (verdict, anew, tape) = try edited(text, number: number)
        var judged = Judged([])
        for (index, token) in tape.elements(of: 0).enumerated() {
            judged.records.append(verdict.discarded[index] == nil ? tape.compact(token, anew) : "-")
            for item in (verdict.discarded[index] ?? verdict.trimmed[index])?.listed ?? [] {
                judged.breaches.append("\(index) \(item.breach.short) \(item.mode.rawValue)")
            }
        }
        judged.counts = [verdict.discardedValues, verdict.discardedRows, verdict.leftOutNulls]
        return judged
    }

    /// The page anew, discarded records still in it.
    func edited(_ text: String, number: Int = 3) throws -> (Verdict, PageBytes, Tape) {
        let page = PageBytes(text), tape = Tape()
        try Tokenizer.tokenize(page, into: tape)
        let records = tape.elements(of: 0)
        let verdict = try judge(page, tape, records: records.enumerated().map { ($0, $1) }, number: number)
        let anew = try verdict.edits.apply(to: page, tape, records: records)
        return (verdict, anew.page, anew.tape)
    }
}

extension Tape {
    func compact(_ token: Int, _ page: PageBytes) -> String {
        var bytes: [UInt8] = []
        CompactJSON.append(token, tokens, page.base, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension SchemaBreach {
    /// `data_type requests.a $.a bigint<text`
    var short: String {
        "\(contract.rawValue) \(table)\(column.map { "." + $0 } ?? "") \(path.text) \(expected?.rawValue ?? "-")<\(found?.rawValue ?? "-")"
    }
}

func hint(_ field: String, _ type: ColumnType? = nil, table: [Selector.Step], nullable: Bool? = nil) -> ColumnHint {
    let keys = field.isEmpty ? [] : field.split(separator: ".").map(String.init)
    return ColumnHint(field: FieldReference(table: table, field: keys), dataType: type, isNullable: nullable)
}
