import LakeThreads

/// A run's wish to end: a signal from outside, its deadline, or a fault in one of its resources.
///
/// The first fault counts, but for one that only begins a resource anew: a fault of the disk takes its place. A wish from
/// outside counts before all faults, for it does not come again.
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
            let isFirst = state.cause == nil
            if state.cause.map(cause.replaces) ?? true { state.cause = cause }
            return isFirst ? state.actions : []
        }
        for action in actions { action() }
    }

    /// Forgets a fault that only begins a resource anew.
    /// - Returns: false where the run is to end for another reason.
    func forgetRestart() -> Bool {
        state.change { state in
            if let cause = state.cause, !cause.isRestart { return false }
            state = State()
            return true
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

extension Cancellation.Cause {
    var fault: ExportFault {
        switch self {
        case .signal(let number): .cancelled(number)
        case .deadline: .deadline
        case .fault(let fault): fault
        }
    }

    fileprivate var isRestart: Bool {
        if case .fault(let fault) = self { fault.restart != nil } else { false }
    }

    fileprivate func replaces(_ before: Self) -> Bool {
        switch (before, self) {
        case (.fault, .signal), (.fault, .deadline): true
        case (.fault, .fault(.file)), (.fault, .fault(.commit)): before.isRestart
        default: false
        }
    }
}

extension ExportFault {
    /// The resource that is to be begun anew, where that helps.
    var restart: (resource: String, reason: RestartReason)? {
        guard case .fetch(let fault, let resource, _) = self else { return nil }
        return switch fault {
        case .resumeRefused(let page): (resource, .refused(page: page))
        case .journalOfAnotherWalk(let page): (resource, .otherRequests(page: page))
        default: nil
        }
    }
}
