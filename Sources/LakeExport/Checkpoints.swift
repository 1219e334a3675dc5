import LakeCommit
import LakeFiles
import LakeThreads

/// Makes the journals of a run durable every now and then, on a thread of its own, so that nobody waits for the disk.
///
/// What is synced is a checkpoint: another run goes on from there, whatever happens to this one. A run that ends before
/// the first one leaves nothing that counts, and costs no sync.
final class Checkpoints: Sendable {
    /// A checkpoint is due behind so many bytes of pages, or so long after the one before.
    static let bytes = 32 << 20
    static let milliseconds: Int64 = 10_000

    private struct State {
        var journals: [JournalWriter] = []
        /// The pages of each journal, as its file has them.
        var entries: [String: Int]
        var bytes = 0
        var last: Int64
        var isDue = false
        var isClosed = false
        var hasFailed = false
    }
    private let staging: StagingFolder
    private let hook: @Sendable (DurableStep) throws -> Void
    private let clock: @Sendable () -> Int64
    private let state: Monitor<State>

    /// - Parameter entries: the pages that the journals hold by now.
    init(
        _ staging: StagingFolder, entries: [String: Int] = [:], hook: @escaping @Sendable (DurableStep) throws -> Void,
        clock: @escaping @Sendable () -> Int64 = MonotonicClock.milliseconds
    ) {
        self.staging = staging
        self.hook = hook
        self.clock = clock
        state = Monitor(State(entries: entries, last: clock()))
    }

    /// - Parameter entries: those of its pages that stay.
    func add(_ journal: JournalWriter, of resource: String, keeping entries: Int) {
        state.change { state in
            state.journals.append(journal)
            state.entries[resource] = entries
        }
    }

    var entries: [String: Int] { state.look { $0.entries.filter { $0.value > 0 } } }

    /// A page was written to the journal of a resource.
    func note(_ resource: String, bytes: Int) {
        let now = clock()
        state.change { state in
            state.entries[resource, default: 0] += 1
            state.bytes += bytes
            if state.bytes >= Self.bytes || now - state.last >= Self.milliseconds { state.isDue = true }
        }
    }

    /// Takes checkpoints while `work` goes on. A fault of the disk is told to `failed`, and none is taken behind it: a sync
    /// that failed is not tried again.
    func during<R>(failed: @escaping @Sendable (any Error) -> Void, _ work: () throws -> R) throws -> R {
        guard let thread = try? DedicatedThread({ self.takeWhenDue(failed) }) else { throw ExportFault.threads }
        defer {
            state.change { $0.isClosed = true }
            thread.join()
        }
        return try work()
    }

    private func takeWhenDue(_ failed: (any Error) -> Void) {
        while state.waitToChange(for: { state -> Bool? in
            if state.isClosed { return false }
            guard state.isDue else { return nil }
            state.isDue = false
            state.bytes = 0
            return true
        }) {
            do { try take() } catch { return failed(error) }
            let now = clock()
            state.change { $0.last = now }
        }
    }

    /// Takes the last one, when nothing writes any more; none behind a sync that failed. What is told is the end of the run.
    func takeLast() {
        if !state.look({ $0.hasFailed }) { try? take() }
    }

    /// Takes one now. Writers must not be closed meanwhile; they may write.
    private func take() throws {
        do {
            try hook(.checkpoint)
            for journal in state.look({ $0.journals }) { try journal.sync() }
            try staging.syncRun()
        } catch {
            state.change { $0.hasFailed = true }
            throw error
        }
    }
}
