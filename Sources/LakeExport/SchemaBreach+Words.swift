import LakeModel
import LakeSchema

// A breach of a contract in words.

extension SchemaBreach {
    /// What changed, where, and what to do about it, for a resource that fails.
    package var sentence: String {
        "frozen contract: \(whatAndWhere) Nothing of this resource was published; the next run starts as usual. "
            + "If the change is right, allow it: \(allowance)."
    }

    /// What to write, and where: in the place that holds the contract.
    private var allowance: String {
        let contract = "\"schema_contract\": {\"\(mode)\": \"evolve\"}"
        return owner.map { "\"nested_hints\": {\"\(LoadWarnings.place($0))\": {\(contract)}}" } ?? contract
    }

    /// `requests, column 'priority' would change from bigint to text: page 3, record 17 holds text at $.priority. Expected bigint.`
    package var whatAndWhere: String {
        let at = "page \(place.page), record \(place.record)"
        let column = "\(table), column '\(column ?? "")'"
        switch contract {
        case .tables: return "the table \(table) would be new: \(at) holds a list at \(path.text). Expected no further table."
        case .columns where expected == .unknown:
            return "\(column), which has held nothing but null, would get the type \(type): \(at) holds \(type) at \(path.text). Expected null."
        case .columns: return "\(column) would be new: \(at) holds \(type) at \(path.text). Expected no further column."
        case .dataType:
            return "\(column) would change from \(from) to \(after): \(at) holds \(type) at \(path.text). Expected \(from)."
        case .nullable: return "\(column) would become nullable: \(at) has no value at \(path.text). Expected \(expected?.rawValue ?? "a value")."
        }
    }

    /// The part of `schema_contract` that rules it.
    private var mode: String { contract == .nullable ? BrokenContract.dataType.rawValue : contract.rawValue }

    private var type: String { found?.rawValue ?? "null" }
    private var from: String { expected?.rawValue ?? "" }

    /// The type that the column would have.
    private var after: String {
        guard let expected, let found else { return "" }
        if expected.mayBecome(found) { return found.rawValue }
        let decimal = ColumnType.decimal(.usual)
        return found.isNumber && expected.mayBecome(decimal) ? decimal.rawValue : ColumnType.text.rawValue
    }
}

extension ColumnType {
    fileprivate var isNumber: Bool {
        switch self {
        case .bigint, .double, .decimal: true
        default: false
        }
    }
}
