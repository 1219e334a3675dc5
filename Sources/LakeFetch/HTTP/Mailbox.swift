import LakeThreads

/// Between the threads that ask and the client's own: what is to be started, what was cancelled, whether to end.
final class Mailbox: Sendable {
    private struct State: Sendable {
        var arriving: [Exchange] = []
        /// Everything that was started and has no result yet.
        var live: [ObjectIdentifier: Exchange] = [:]
        var hasCancelled = false
        /// Nothing is started any more.
        var isStopped = false
        var isClosing = false
        /// nil once the thread is past using it.
        var multi: CurlMulti?
    }
    private let state: Monitor<State>

    /// What the thread takes out at once.
    struct Mail {
        var arriving: [Exchange]
        var hasCancelled: Bool
    }

    init(_ multi: CurlMulti) { state = Monitor(State(multi: multi)) }

    func submit(_ exchange: Exchange) {
        let isTaken = state.change { state in
            guard !state.isStopped else { return false }
            state.live[ObjectIdentifier(exchange)] = exchange
            state.arriving.append(exchange)
            state.multi?.wakeUp()
            return true
        }
        if !isTaken { exchange.finish(.failure(.cancelled)) }
    }

    /// The one who waits is released here and now; the thread clears up when it comes to it.
    func cancel(_ exchange: Exchange) {
        exchange.finish(.failure(.cancelled))
        state.change { state in
            guard state.live.removeValue(forKey: ObjectIdentifier(exchange)) != nil else { return }
            state.hasCancelled = true
            state.multi?.wakeUp()
        }
    }

    /// Cancels all and starts nothing more. With `closing` the thread ends too.
    /// - Returns: false when it was closing already.
    @discardableResult
    func stop(closing: Bool) -> Bool {
        let (cancelled, isFirst) = state.change { state in
            let isFirst = !state.isClosing
            let live = Array(state.live.values)
            state.live.removeAll()
            state.arriving.removeAll()
            state.isStopped = true
            state.hasCancelled = true
            state.isClosing = state.isClosing || closing
            state.multi?.wakeUp()
            return (live, isFirst)
        }
        for exchange in cancelled { exchange.finish(.failure(.cancelled)) }
        return isFirst
    }

    // For the client's thread -----------------------------------------------------------------------------------------

    /// nil when it is time to end.
    func collect() -> Mail? {
        state.change { state in
            guard !state.isClosing else { return nil }
            let mail = Mail(arriving: state.arriving, hasCancelled: state.hasCancelled)
            state.arriving.removeAll()
            state.hasCancelled = false
            return mail
        }
    }

    func settle(_ exchange: Exchange, _ result: Result<HTTPResponse, HTTPFault>) {
        exchange.finish(result)
        _ = state.change { $0.live.removeValue(forKey: ObjectIdentifier(exchange)) }
    }

    /// From here on nobody wakes the thread.
    func hangUp() { state.change { $0.multi = nil } }
}
