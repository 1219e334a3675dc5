import LakeJSON
import LakeModel
import LakeNormalize
import LakeSource

/// The records of a page on their way into the lake. Where rules or contracts change them, they are written anew as the
/// elements of one array; each keeps its number.
struct RecordBatch {
    private(set) var page: PageBytes
    private(set) var tape: Tape
    /// The token that holds them: an array, or the one record itself; nil or null: there are none.
    private(set) var records: Int?
    /// Those that are to be written.
    private(set) var choice: RecordChoice
    /// Those that are not, but whose keys count as seen.
    private(set) var leftOut: [Int]
    /// Where elements of lists stood before others were left out.
    private(set) var positions = ListPositions()

    init(page: PageBytes, tape: Tape, records: Int?, choice: RecordChoice, leftOut: [Int]) {
        self.page = page
        self.tape = tape
        self.records = records
        self.choice = choice
        self.leftOut = leftOut
    }

    /// Whether nothing in it is looked at.
    var isEmpty: Bool { (choice == .none && leftOut.isEmpty) || records.map { tape[$0].kind == .null } ?? true }

    /// The token of every record of the page.
    var tokens: [Int] {
        guard let records, tape[records].kind != .null else { return [] }
        return tape[records].kind == .array ? tape.elements(of: records) : [records]
    }

    /// Those that are to be written.
    var chosen: [(index: Int, token: Int)] {
        let tokens = tokens
        return switch choice {
        case .all: tokens.enumerated().map { ($0, $1) }
        case .only(let indices): indices.map { ($0, tokens[$0]) }
        case .none: []
        }
    }

    /// The tokens of those that are looked at: the keys of the ones left out count as they would be written.
    var regarded: [Int] {
        guard case .all = choice else {
            let tokens = tokens, indices = if case .only(let chosen) = choice { chosen + leftOut } else { leftOut }
            return indices.sorted().map { tokens[$0] }
        }
        return tokens
    }

    mutating func apply(_ edits: RecordEdits) throws(JSONFault) {
        guard !edits.isEmpty else { return }
        (page, tape, positions) = try edits.apply(to: page, tape, records: tokens, positions: positions)
        records = 0
    }

    /// - Parameter indices: ascending.
    mutating func leaveOut(_ indices: [Int]) {
        guard !indices.isEmpty else { return }
        let out = Set(indices)
        choice = .only(chosen.map(\.index).filter { !out.contains($0) })
        leftOut += indices
    }
}
