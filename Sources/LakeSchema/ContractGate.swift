import LakeJSON
import LakeModel
import LakeNormalize
import LakeSource

/// Holds the records of a page against the contracts of their resource, before they are taken apart.
///
/// It compares with the tables as the last committed load left them and with the hints of the definition, never with
/// what this load has learned. So a resource without a committed table evolves freely in its first load, and a child
/// table that may come has free columns in the load that brings it; hints hold there too.
///
/// - `tables`: an array without a committed table. It is left out as a whole; what is in it is not looked at.
/// - `columns`: a value other than null without a committed column, or whose column has held nothing but null. A column
///   that the definition declares is not new, whether or not it has been seen (as in dlt). A null that would make a
///   column is left out, and so is a new key with nothing in it, which is no breach.
/// - `data_type`: a value that its column does not hold; and, as the same mode says, a row without a value that the
///   definition calls not nullable, whatever the committed column says of that.
///
/// `discard_value` leaves out the member of the object; an element of a list of scalars keeps its row, without a value.
/// A part of the primary key, a value that must be there, and a record that is no object cannot be left out of their
/// row: the row goes. A row that goes takes what is in it along, and what was found inside is forgotten.
///
/// Costs one walk over the records; only for resources that have contracts.
package final class ContractGate {
    /// What is to become of the records of a page.
    package struct Verdict {
        /// For the records that go on.
        package var edits = RecordEdits()
        /// By index in the page: those that are not to be written.
        package var discarded: [Int: RecordBreaches] = [:]
        /// By index in the page: those that go on without a part.
        package var trimmed: [Int: RecordBreaches] = [:]
        /// Of the records that go on. A discarded row counts with all rows below it, the elements of a discarded array alone.
        package var discardedValues = 0
        package var discardedRows = 0
        package var leftOutNulls = 0
    }

    private let context: GateContext
    private let resource: String
    private let naming: TableNaming
    private let hasPrimaryKey: Bool
    /// The tree of what is committed.
    private let fresh: GateShapes
    private var walk: GateWalk

    /// nil where nothing can be broken: every contract evolves, or this is the first load and no hint says anything
    /// that a value could break.
    /// - Parameter known: the tables of this resource, as the last committed load left them.
    package init?(resource: Resource, known: [KnownTable], naming: TableNaming) {
        context = GateContext(resource, known: known)
        self.resource = resource.name
        self.naming = naming
        hasPrimaryKey = !resource.primaryKey.isEmpty
        fresh = GateShapes(context)
        walk = GateWalk(fresh)
        if context.isFree { return nil }
    }

    /// Places that it keeps in memory beside the committed ones.
    package var learnedPlaces: Int { walk.shapes.slots.count - fresh.slots.count }

    /// What records have had so far, whether or not it went into the lake.
    package var met: MetPlaces { MetPlaces(hints: walk.shapes.metHints, discardedTables: walk.shapes.discardedTables) }

    private func forgetLearned() {
        let met = met
        walk.shapes = fresh
        walk.shapes.metHints = met.hints
        walk.shapes.discardedTables = met.discardedTables
    }

    /// - Parameters:
    ///   - records: those that are to be written, by their index in the page and their token.
    ///   - number: of the page in its resource.
    /// - Throws: the first breach of a frozen contract.
    package func judge(
        _ page: PageBytes, _ tape: Tape, records: [(index: Int, token: Int)], number: Int
    ) throws(SchemaBreach) -> Verdict {
        var verdict = Verdict()
        walk.begin(page, tape)
        defer { walk.end() }
        for record in records where isJudged(tape[record.token].kind) {
            let goesOn = walk.judgeRecord(record.token)
            let place = Place(page: number, record: record.index + 1)
            if let frozen = walk.found.frozen { throw breach(frozen, place, page, tape) }
            take(goesOn, record.index, place, page, tape, &verdict)
            if learnedPlaces > GateShapes.mostLearned { forgetLearned() }
        }
        verdict.edits = walk.edits
        return verdict
    }

    /// What the normalizer puts into the quarantine is left to it.
    private func isJudged(_ kind: Token.Kind) -> Bool {
        switch kind {
        case .object: true
        case .array, .null: false
        default: !hasPrimaryKey
        }
    }

    private func take(_ goesOn: Bool, _ index: Int, _ place: Place, _ page: PageBytes, _ tape: Tape, _ verdict: inout Verdict) {
        verdict.discardedValues += walk.counts.values
        verdict.discardedRows += walk.counts.rows
        verdict.leftOutNulls += walk.counts.nulls
        guard walk.found.count > 0 else { return }
        let listed = walk.found.listed.map {
            RecordBreaches.Item(breach: breach($0, place, page, tape), mode: $0.mode)
        }
        let breaches = RecordBreaches(listed: listed, count: walk.found.count)
        if goesOn { verdict.trimmed[index] = breaches } else { verdict.discarded[index] = breaches }
    }

    // MARK: In full

    private func breach(_ found: FoundBreach, _ place: Place, _ page: PageBytes, _ tape: Tape) -> SchemaBreach {
        var breach = inTable(found, place, page, tape)
        breach.owner = walk.shapes.tables[Int(found.table)].contractOwner
        return breach
    }

    private func inTable(_ found: FoundBreach, _ place: Place, _ page: PageBytes, _ tape: Tape) -> SchemaBreach {
        let table = Int(found.table)
        let path = walk.shapes.path(ofTable: table)
        let name = context.known[path]?.version.table
            ?? naming.name(resource: resource, path: path, pieces: walk.shapes.pieces(ofTable: table), taken: [])
        if found.contract == .tables { return SchemaBreach(.tables, table: name, path: path, place: place) }
        if found.hint >= 0 { return missing(context.hints[Int(found.hint)], name, path, place) }
        return value(found, name, path, place, ColumnFacts(ofValueAt: Int(found.token), page, tape).type)
    }

    private func value(_ found: FoundBreach, _ name: String, _ table: FieldPath, _ place: Place, _ type: ColumnType) -> SchemaBreach {
        let slot = Int(found.slot), rules = walk.shapes.slots[slot]
        let path = walk.shapes.path(of: slot)
        let rule = found.isWhole ? rules.whole : rules.scalar
        let expected: ColumnType? = switch rule {
        case .type(let type): type
        case .untyped: .unknown
        case .free, .new: nil
        }
        let committed = column(in: table) { rule != .new && $0.path == path && !$0.isRest && $0.type != .json }
        return SchemaBreach(
            found.contract, table: name, column: committed?.name ?? newName(slot, path.text + (found.isWhole ? "#json" : ""), table),
            path: path, expected: expected, found: type, place: place)
    }

    /// The name that a column would get.
    private func newName(_ slot: Int, _ identity: String, _ table: FieldPath) -> String {
        let plain = Names.fitted(Names.joined(walk.shapes.pieces(of: slot)), path: identity)
        return column(in: table) { $0.name == plain } == nil ? plain : Names.tagged(plain, path: identity)
    }

    private func missing(_ hint: ColumnHint, _ name: String, _ table: FieldPath, _ place: Place) -> SchemaBreach {
        let committed = column(in: table) { column in
            guard let path = column.path, !column.isRest else { return false }
            let pieces = path.steps.dropFirst(table.steps.count).map { if case .key(let key) = $0 { Names.piece(key) } else { "" } }
            return hint.field.means(path, in: table, pieces: pieces.isEmpty ? ["value"] : pieces)
        }
        let plain = hint.field.field.isEmpty ? "value" : Names.joined(hint.field.field.map(Names.piece))
        let type = ColumnType.base(hint: hint.dataType, floor: committed?.type ?? .unknown)
        return SchemaBreach(
            .nullable, table: name, column: committed?.name ?? Names.fitted(plain, path: hint.field.path.text),
            path: committed?.path ?? hint.field.path, expected: type == .unknown ? nil : type, place: place)
    }

    private func column(in table: FieldPath, where isIt: (Column) -> Bool) -> Column? {
        context.known[table]?.version.columns.first(where: isIt)
    }
}

/// What of a definition's hints records have had.
package struct MetPlaces: Sendable {
    /// The hints whose fields came, by their place in the definition.
    package var hints: Set<Int> = []
    /// Child tables that were left out as a whole, by where their rows stand; nobody looked into them.
    package var discardedTables: Set<FieldPath> = []

    package init() {}

    init(hints: Set<Int>, discardedTables: Set<FieldPath>) {
        self.hints = hints
        self.discardedTables = discardedTables
    }
}
