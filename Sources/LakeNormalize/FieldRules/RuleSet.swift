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
    var place: RecordPlace
    /// Whether what is below it is kept unless a rule says else.
    var isIncluded: Bool
    /// The rules that may mean something below an object, or an array, that stands here.
    var objectRules: [Int]
    var arrayRules: [Int]
    /// The rules that mean the place, and those for what is below it that are not asked any more: what is around theirs
    /// is left out, masked, or kept whole.
    var met: [Int]
}

/// What is done to the records, one after the other. What goes into the quarantine has been masked and not converted, so
/// that another definition can convert it.
enum RulePass {
    /// What is left out, hashed and redacted.
    case masks
    /// Texts that stand for null, and times.
    case conversions
}

/// The rules of a resource for one pass. Asked once for each place of its records; the answers are kept by `RuleTree`.
struct RuleSet {
    private enum Effect {
        case include, drop
        case personal(RuleOutcome)
        case column(Int32)
    }

    /// In the order of the definition's lists: what is included, excluded, personal, then the hints.
    private var rules: [(match: FieldMatch, effect: Effect)] = []
    private let pass: RulePass
    private let includesAll: Bool
    private(set) var columns: [ColumnRule] = []

    /// nil where there is nothing to do.
    init?(_ resource: Resource, _ pass: RulePass = .masks) {
        self.pass = pass
        let fields = resource.fieldRules
        switch pass {
        case .masks:
            includesAll = fields.include == nil
            for field in fields.include ?? [] { rules.append((FieldMatch(field, through: .further), .include)) }
            for field in fields.exclude { rules.append((FieldMatch(field, through: .any), .drop)) }
            takePersonal(fields.personal)
            if includesAll, rules.isEmpty { return nil }
            // Where a text stands for null there is nothing to mask.
            if !fields.personal.isEmpty { takeColumns(resource.columns) { $0.hasNullValues } }
        case .conversions:
            includesAll = true
            takeColumns(resource.columns) { _ in true }
            if rules.isEmpty { return nil }
            takePersonal(fields.personal)
        }
    }

    /// How many there are.
    var count: Int { rules.count }

    private mutating func takePersonal(_ fields: [PersonalField]) {
        for personal in fields {
            let effect: Effect = switch personal.action {
            case .drop: .drop
            case .hash: .personal(.hash)
            case .redact: .personal(.redact)
            }
            rules.append((FieldMatch(personal.field, through: .any), effect))
        }
    }

    private mutating func takeColumns(_ hints: [ColumnHint], where isTaken: (ColumnRule) -> Bool) {
        for hint in hints {
            guard let column = ColumnRule(hint), isTaken(column) else { continue }
            rules.append((FieldMatch(hint.field, through: .exact), .column(Int32(columns.count))))
            columns.append(column)
        }
    }

    // MARK: Places

    /// The records themselves.
    var root: (RuledPlace, Verdict) { judge(RecordPlace(), isIncluded: includesAll, Array(rules.indices)) }

    /// The values of a key of the objects at a place.
    func member(_ key: String, of place: RuledPlace) -> (RuledPlace, Verdict) {
        judge(place.place.member(key), isIncluded: place.isIncluded, place.objectRules)
    }

    /// The elements of the arrays at a place.
    func element(of place: RuledPlace) -> (RuledPlace, Verdict) {
        judge(place.place.element, isIncluded: place.isIncluded, place.arrayRules)
    }

    private func judge(_ place: RecordPlace, isIncluded: Bool, _ candidates: [Int]) -> (RuledPlace, Verdict) {
        let scalar = said(candidates, place, .scalar), object = said(candidates, place, .object), array = said(candidates, place, .array)
        let isIncludedBelow = isIncluded || object.isIncluded
        let objectRules = candidates.filter { rules[$0].match.reaches(into: .object, at: place) }
        let arrayRules = candidates.filter { rules[$0].match.reaches(into: .array, at: place) }
        let verdict = Verdict(
            scalar: outcome(scalar, isIncluded || scalar.isIncluded), object: outcome(object, isIncludedBelow, objectRules),
            array: outcome(array, isIncludedBelow, arrayRules), column: scalar.column)
        // Elsewhere a scalar is met only in a place of its own: where a list stands, no element is.
        let ofElements = place.path.steps.last == .element ? scalar.rules : []
        // Whether objects or arrays come is not known yet: what one of them is still asked for is not met by the other.
        let asked = (verdict.object == .walk ? objectRules : []) + (verdict.array == .walk ? arrayRules : [])
        let moot = (objectRules + arrayRules).filter { !asked.contains($0) }
        let ruled = RuledPlace(
            place: place, isIncluded: isIncludedBelow, objectRules: objectRules, arrayRules: arrayRules,
            met: ofElements + object.rules + array.rules + moot)
        return (ruled, verdict)
    }

    // MARK: One place

    /// What the rules for a place itself say.
    private struct Said {
        var isIncluded = false
        var isDropped = false
        var personal: RuleOutcome?
        var column: Int32 = -1
        var rules: [Int] = []
    }

    private func said(_ candidates: [Int], _ place: RecordPlace, _ kind: PlacedKind) -> Said {
        var said = Said()
        for index in candidates where rules[index].match.means(place, kind) {
            said.rules.append(index)
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

    /// Of a scalar.
    private func outcome(_ said: Said, _ isIncluded: Bool) -> RuleOutcome {
        if said.isDropped || !isIncluded { return .drop }
        switch pass {
        case .masks: return said.personal ?? .keep
        // What is masked is not what it was.
        case .conversions: return said.personal == nil && said.column >= 0 ? .column : .keep
        }
    }

    /// Of an object or an array.
    private func outcome(_ said: Said, _ isIncluded: Bool, _ below: [Int]) -> RuleOutcome {
        let includesBelow = below.contains { if case .include = rules[$0].effect { true } else { false } }
        if said.isDropped || (!isIncluded && !includesBelow) { return .drop }
        if let personal = said.personal { return pass == .masks ? personal : .keep }
        return below.contains { changes(rules[$0].effect) } || !isIncluded ? .walk : .keep
    }

    /// Whether this pass does something to a value for it.
    private func changes(_ effect: Effect) -> Bool {
        switch effect {
        case .include: false
        case .drop, .personal: pass == .masks
        case .column: pass == .conversions
        }
    }
}
