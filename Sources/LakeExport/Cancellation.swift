import LakeThreads

/// A run's wish to end: a signal from outside, or a fault in one of its resources. The first one counts.
package final class Cancellation: Sendable {
    package enum Cause: Sendable {
        case signal(Int32)
        case deadline
        case fault(ExportFault)
    }

    private struct State {
        var cause: Cause?
        var actions: [@Sendable () -> Void] = []
    }
    private let state = Monitor(State())

    package init() {}

    package var cause: Cause? { state.look { $0.cause } }

    package func cancel(_ cause: Cause) {
        let actions = state.change { state -> [@Sendable () -> Void] in
            guard state.cause == nil else { return [] }
            state.cause = cause
            return state.actions
        }
        for action in actions { action() }
    }

    /// Forgets a fault, so that the run can begin anew.
    /// - Returns: false where it is to end for another reason.
    func forgetFault() -> Bool {
        state.change { state in
            switch state.cause {
            case .signal, .deadline: return false
            case .fault, nil:
                state = State()
                return true
            }
        }
    }

    /// Does `action` when the run is cancelled; at once where it is already.
    func whenCancelled(_ action: @escaping @Sendable () -> Void) {
        let isCancelled = state.change { state in
            state.actions.append(action)
            return state.cause != nil
        }
        if isCancelled { action() }
    }
}
