import LakeModel
import LakeSource

/// What becomes of a value.
enum RuleOutcome: UInt8 {
    /// It stays as it is, with all that is below it.
    case keep
    /// Something below it has a rule.
    case walk
    case drop, hash, redact
    /// A scalar whose column has texts for null, or a format of its times.
    case column
}

/// What becomes of the values at one place of the records, by their kind.
struct Verdict: Hashable {
    var scalar: RuleOutcome
    var object: RuleOutcome
    var array: RuleOutcome
    /// Index of the hint of scalars, -1 for none.
    var column: Int32

    /// Nothing below the place is looked at.
    var isFinal: Bool { object != .walk && array != .walk }
}

/// A place of the records, and what is asked further below.
struct RuledPlace {
    var path: FieldPath
    /// Of the table whose row the place belongs to.
    var table: FieldPath
    /// The normalized pieces of its column's name; empty for a row itself.
    var pieces: [String]
    /// Whether what is below it is kept unless a rule says else.
    var isIncluded: Bool
    /// The rules that may mean something below an object, or an array, that stands here.
    var objectRules: [Int]
    var arrayRules: [Int]
}

/// The rules of a resource. Asked once for each place of its records; the answers are kept by `RuleTree`.
struct RuleSet {
    private enum Effect {
        case include, drop
        case personal(RuleOutcome)
        case column(Int32)
    }

    private var rules: [(match: FieldMatch, effect: Effect)] = []
    private let includesAll: Bool
    private(set) var columns: [ColumnRule] = []

    /// nil where there is no rule.
    init?(_ resource: Resource) {
        let fields = resource.fieldRules
        includesAll = fields.include == nil
        for field in fields.include ?? [] { rules.append((FieldMatch(field), .include)) }
        for field in fields.exclude { rules.append((FieldMatch(field), .drop)) }
        for personal in fields.personal { rules.append((FieldMatch(personal.field), Self.effect(personal.action))) }
        for hint in resource.columns {
            guard let column = ColumnRule(hint) else { continue }
            rules.append((FieldMatch(hint.field), .column(Int32(columns.count))))
            columns.append(column)
        }
        if includesAll, rules.isEmpty { return nil }
    }

    private static func effect(_ action: PersonalField.Action) -> Effect {
        switch action {
        case .drop: .drop
        case .hash: .personal(.hash)
        case .redact: .personal(.redact)
        }
    }

    // MARK: Places

    /// The records themselves.
    var root: (RuledPlace, Verdict) {
        judge(FieldPath(), in: FieldPath(), [], isIncluded: includesAll, Array(rules.indices), isRow: true)
    }

    /// The values of a key of the objects at a place.
    func member(_ key: String, of place: RuledPlace) -> (RuledPlace, Verdict) {
        judge(
            place.path.appending(.key(key)), in: place.table, place.pieces + [Names.piece(key)], isIncluded: place.isIncluded,
            place.objectRules, isRow: false)
    }

    /// The elements of the arrays at a place.
    func element(of place: RuledPlace) -> (RuledPlace, Verdict) {
        let path = place.path.appending(.element)
        return judge(path, in: path, [], isIncluded: place.isIncluded, place.arrayRules, isRow: true)
    }

    private func judge(
        _ path: FieldPath, in table: FieldPath, _ pieces: [String], isIncluded: Bool, _ candidates: [Int], isRow: Bool
    ) -> (RuledPlace, Verdict) {
        let name = Names.joined(pieces)
        // A scalar that is a row stands in the column `value`.
        let scalar = said(candidates, path, table, isRow ? "value" : name), whole = isRow ? said(candidates, path, table, name) : scalar
        let place = RuledPlace(
            path: path, table: table, pieces: pieces, isIncluded: isIncluded || whole.isIncluded,
            objectRules: candidates.filter { rules[$0].match.reaches(intoObject: path, in: table, name: name) },
            arrayRules: candidates.filter { rules[$0].match.reaches(intoArray: path) })
        let verdict = Verdict(
            scalar: Self.outcome(scalar, isIncluded || scalar.isIncluded),
            object: outcome(whole, place.isIncluded, place.objectRules), array: outcome(whole, place.isIncluded, place.arrayRules),
            column: scalar.column)
        return (place, verdict)
    }

    // MARK: One place

    /// What the rules for a place itself say.
    private struct Said {
        var isIncluded = false
        var isDropped = false
        var personal: RuleOutcome?
        var column: Int32 = -1
    }

    private func said(_ candidates: [Int], _ path: FieldPath, _ table: FieldPath, _ name: String) -> Said {
        var said = Said()
        for index in candidates where rules[index].match.means(path, in: table, name: name) {
            switch rules[index].effect {
            case .include: said.isIncluded = true
            case .drop: said.isDropped = true
            // Of two actions the one that tells less.
            case .personal(let action): if said.personal != .redact { said.personal = action }
            case .column(let column): if said.column < 0 { said.column = column }
            }
        }
        return said
    }

    private static func outcome(_ said: Said, _ isIncluded: Bool) -> RuleOutcome {
        if said.isDropped || !isIncluded { return .drop }
        return said.personal ?? (said.column < 0 ? .keep : .column)
    }

    /// Of an object or an array.
    private func outcome(_ said: Said, _ isIncluded: Bool, _ below: [Int]) -> RuleOutcome {
        let includesBelow = below.contains { if case .include = rules[$0].effect { true } else { false } }
        if said.isDropped || (!isIncluded && !includesBelow) { return .drop }
        if let personal = said.personal { return personal }
        let changesBelow = below.contains { if case .include = rules[$0].effect { false } else { true } }
        return changesBelow || !isIncluded ? .walk : .keep
    }
}
