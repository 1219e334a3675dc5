import LakeJSON
import LakeModel
import LakeSource

/// A condition of a filter, made ready for many records.
///
/// Numbers are compared exactly, two timestamps or dates as instants, other texts by their bytes. `null` is equal to
/// `null` alone. Nothing else has an order, so `lt`, `le`, `gt` and `ge` are false there; objects and lists are equal to
/// nothing. `ne` is the contrary of `eq`, so it holds where the path leads nowhere. `exists` asks for the path, and
/// `null` is there. A path with `[*]` asks for any of the values it leads to.
struct FilterCheck: Sendable {
    private let filter: RecordFilter
    private let operands: [Operand]

    private enum Operand: Sendable {
        case null
        case bool(Bool)
        case ordered(CursorValue)
        /// Equal to nothing.
        case other

        init(_ json: JSONValue) {
            switch json {
            case .null: self = .null
            case .bool(let bool): self = .bool(bool)
            default: self = CursorValue(json).map { .ordered($0) } ?? .other
            }
        }
    }

    init(_ filter: RecordFilter) {
        self.filter = filter
        let values = filter.operation == .isIn ? filter.value.array ?? [] : [filter.value]
        operands = values.map { Operand($0) }
    }

    func holds(for record: Int, _ page: PageBytes, _ tape: Tape) -> Bool {
        switch filter.operation {
        case .exists: (filter.path.first(in: page, tape: tape, from: record) != nil) == (filter.value != .bool(false))
        case .ne: !anyValue(of: record, page, tape) { $0 == .same }
        case .eq, .isIn: anyValue(of: record, page, tape) { $0 == .same }
        case .lt: anyValue(of: record, page, tape) { $0 == .before }
        case .le: anyValue(of: record, page, tape) { $0 == .before || $0 == .same }
        case .gt: anyValue(of: record, page, tape) { $0 == .after }
        case .ge: anyValue(of: record, page, tape) { $0 == .after || $0 == .same }
        }
    }

    private func anyValue(of record: Int, _ page: PageBytes, _ tape: Tape, _ isRight: (CursorValue.Order) -> Bool) -> Bool {
        guard filter.path.matchesMany else {
            guard let token = filter.path.first(in: page, tape: tape, from: record) else { return false }
            return matches(tape[token], page, tape, isRight)
        }
        return filter.path.all(in: page, tape: tape, from: record).contains { matches(tape[$0], page, tape, isRight) }
    }

    private func matches(_ token: Token, _ page: PageBytes, _ tape: Tape, _ isRight: (CursorValue.Order) -> Bool) -> Bool {
        let value = CursorValue(token, page, tape)
        return operands.contains { operand in
            switch operand {
            // Equal or nothing: `ge null` has no meaning.
            case .null: filter.operation.isEquality && token.kind == .null
            case .bool(let bool): filter.operation.isEquality && token.kind == (bool ? .true : .false)
            case .ordered(let wanted): value.flatMap { order($0, wanted) }.map(isRight) ?? false
            case .other: false
            }
        }
    }

    /// Two texts of which one is no time are compared as texts.
    private func order(_ value: CursorValue, _ wanted: CursorValue) -> CursorValue.Order? {
        if let order = value.order(to: wanted) { return order }
        guard value.kind != .number, wanted.kind != .number else { return nil }
        return CursorValue.byBytes(value.source, wanted.source)
    }
}

extension RecordFilter.Operation {
    fileprivate var isEquality: Bool { self == .eq || self == .ne || self == .isIn }
}
