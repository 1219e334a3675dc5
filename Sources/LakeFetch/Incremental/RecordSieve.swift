import LakeJSON
import LakeModel
import LakeSource

/// What a sieve let through of a page.
package struct Sifted: Hashable, Sendable {
    /// The records that go on: those of the choice given, less the two others.
    package var choice: RecordChoice
    /// Left out by a filter, or outside of the range that the run reads.
    package var filtered = 0
    /// At the last value of the load before, which brought them already.
    package var duplicates = 0
    /// Both of them: indices in the page, ascending.
    package var leftOut: [Int] = []
    /// Nothing behind this page can be in the range: its walk may end here, and its end is proven.
    package var endsWalk = false

    package init(choice: RecordChoice, filtered: Int = 0, duplicates: Int = 0, endsWalk: Bool = false) {
        self.choice = choice
        self.filtered = filtered
        self.duplicates = duplicates
        self.endsWalk = endsWalk
    }
}

/// The filters and the incremental cursor of one resource, over all its pages and parents. Confined to the thread that
/// reads them. Costs a look-up per record and path; a resource that has neither has no sieve.
///
/// The state moves on by what the API gave: a record that only a filter leaves out moves the last value too, for it
/// would be left out again. Records outside of the range do not, nor do those that are not of the walk.
package final class RecordSieve {
    private let filters: [FilterCheck]
    private var cursor: CursorCheck?
    private let otherCursor: String?
    package let requestValues: [IncrementalValue: JSONValue]

    /// - Parameters:
    ///   - state: what `nextState` was after the last load whose end was proven; nil: there was none.
    ///   - from: start of a backfill, in the place of the state and of `initial_value`.
    ///   - to: end of a backfill, in the place of `end_value`.
    /// - Returns: nil where the resource has neither filters nor an incremental cursor.
    package init?(resource: Resource, state: JSONValue?, from: JSONValue? = nil, to: JSONValue? = nil) throws(IncrementalFault) {
        guard resource.incremental != nil || !resource.filters.isEmpty else { return nil }
        filters = resource.filters.map { FilterCheck($0) }
        guard let incremental = resource.incremental else {
            otherCursor = nil
            requestValues = [:]
            return
        }
        var before = try state.map { json throws(IncrementalFault) in try IncrementalState(json: json) }
        otherCursor = before.flatMap { $0.belongs(to: incremental) ? nil : $0.cursorPath }
        if otherCursor != nil { before = nil }
        let check = try CursorCheck(incremental, before: before, from: from, to: to, hasParents: resource.parent != nil)
        requestValues = try check.range.requestValues()
        cursor = check
    }

    /// Judges the records of a page, which must come in the order of the pages, one parent after the other.
    /// - Parameters:
    ///   - choice: the records of the walk; the others are not looked at.
    ///   - parent: a hash of the parent's values that the request was made of, the same in every run; 0 for a resource of
    ///     its own. Each parent has an order of its own, and its records are not those of another.
    ///   - number: of the page, for findings.
    ///   - isReadAgain: whether the page is one that was read before, out of its turn: it is no news of the order.
    package func sift(
        _ page: PageBytes, _ tape: Tape, _ records: PageRecords, _ choice: RecordChoice, parent: UInt64 = 0, number: Int = 0,
        isReadAgain: Bool = false
    ) throws(IncrementalFault) -> Sifted {
        cursor?.order.startPage(parent: parent, isReadAgain: isReadAgain)
        guard choice != .none else { return Sifted(choice: .none) }
        let tokens = records.tokens(in: tape)
        var sifted = Sifted(choice: choice)
        var kept: [Int] = []
        let chosen = if case .only(let indices) = choice { indices } else { Array(tokens.indices) }
        kept.reserveCapacity(chosen.count)
        for index in chosen {
            let record = SievedRecord(token: tokens[index], number: index + 1, page: page, pageNumber: number, tape: tape, parent: parent)
            switch try judge(record) {
            case .goesOn: kept.append(index)
            case .filtered:
                sifted.filtered += 1
                sifted.leftOut.append(index)
            case .duplicate:
                sifted.duplicates += 1
                sifted.leftOut.append(index)
            }
        }
        if kept.count < chosen.count { sifted.choice = kept.isEmpty ? .none : .only(kept) }
        sifted.endsWalk = cursor?.order.endsWalk ?? false
        return sifted
    }

    private func judge(_ record: SievedRecord) throws(IncrementalFault) -> RecordVerdict {
        // No record at all: it goes on, to be put into the quarantine under that name.
        let kind = record.tape[record.token].kind
        if kind == .null || kind == .array { return .goesOn }
        let passes = filters.allSatisfy { $0.holds(for: record.token, record.page, record.tape) }
        return try cursor?.judge(record, passesFilters: passes) ?? (passes ? .goesOn : .filtered)
    }

    /// To be committed when the end was proven, or as `mayMoveWhenPartial` says. nil: the state stays as it is.
    package var nextState: JSONValue? { cursor?.nextState?.json }

    /// What was sifted so far was read by the first run of the load; another run goes on from here. See `CursorCheck`.
    package func noteStop() { cursor?.noteStop() }

    /// `row_order` is declared and held for every record so far.
    package var heldOrder: Bool { cursor?.order.isHeld ?? false }

    /// Whether `nextState` may be committed although the walk ended before its end: everything up to the last value was
    /// read, and the next run begins with it. That takes one walk (no parents) in an order that leads to the last value,
    /// held so far, and a closed start. Whether a page inside the walk was left out, only the caller knows.
    package var mayMoveWhenPartial: Bool { cursor?.mayMoveWhenPartial ?? false }

    package var findings: [IncrementalFinding] {
        var findings = otherCursor.map { [IncrementalFinding.stateOfOtherCursor(path: $0)] } ?? []
        if let cursor { findings += cursor.findings }
        return findings
    }
}

/// A record under judgement.
struct SievedRecord {
    let token: Int
    /// In its page, from 1.
    let number: Int
    let page: PageBytes
    let pageNumber: Int
    let tape: Tape
    let parent: UInt64
}

enum RecordVerdict { case goesOn, filtered, duplicate }
