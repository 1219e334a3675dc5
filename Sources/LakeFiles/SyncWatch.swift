import LakeThreads

/// Tells of every sync, before and after it: tests stand there to see what a power cut at that moment would leave. Nobody
/// else watches.
package enum SyncWatch {
    package enum Moment: Sendable { case before, after }
    package struct Token: Hashable, Sendable { fileprivate var number: Int }
    package typealias Watcher = @Sendable (Moment, _ path: String) -> Void

    private static let watchers = Monitor<(next: Int, all: [Int: Watcher])>((0, [:]))

    package static func add(_ watcher: @escaping Watcher) -> Token {
        watchers.change { state in
            state.next += 1
            state.all[state.next] = watcher
            return Token(number: state.next)
        }
    }

    package static func remove(_ token: Token) { watchers.change { $0.all[token.number] = nil } }

    static func tell(_ moment: Moment, _ path: String) {
        for watcher in watchers.look({ $0.all.values }) { watcher(moment, path) }
    }
}
