import LakeJSON
import LakeThreads

/// Tapes go from page to page and keep their memory.
final class TapePool: Sendable {
    private let free = Monitor<[Tape]>([])

    func take() -> Tape { free.change { $0.popLast() } ?? Tape() }

    func give(_ tape: Tape) { free.change { if $0.count < 8 { $0.append(tape) } } }
}
