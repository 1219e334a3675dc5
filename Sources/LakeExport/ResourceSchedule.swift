import LakeFetch
import LakeFiles
import LakeModel
import LakeSchema
import LakeSource

/// Runs the resources of a job side by side, so many at a time, a dependent one after its parent. The results stand in
/// the order of the job, whatever finished first.
struct ResourceSchedule: Sendable {
    let job: ExportJob
    let session: FetchSession
    let cancellation: Cancellation
    let events: @Sendable (ExportEvent) -> Void
    /// Rows of the last load, by resource.
    let lastRows: [String: Int]

    private struct State {
        var waiting: [Int]
        var running = 0
        var results: [Int: ResourceRun.Result] = [:]
        var fault: (any Error)?
    }

    func run(staging: StagingFolder, load: LoadID, known: [KnownTable]) throws -> [ResourceRun.Result] {
        let naming = TableNaming(resources: job.source.resources.map(\.name), known: known)
        let state = Monitor(State(waiting: Array(job.resources.indices)))
        var threads: [DedicatedThread] = []
        defer { for thread in threads { thread.join() } }
        while let index = next(state) {
            let parent = state.look { parentReport(of: index, $0) }
            let run = ResourceRun(
                resource: job.resources[index], job: job, session: session, staging: staging, load: load, naming: naming, known: known,
                parentFields: parentFields(of: job.resources[index].name), cancellation: cancellation, events: events, parent: parent,
                rowsOfLastLoad: lastRows[job.resources[index].name] ?? 0)
            guard let thread = DedicatedThread({ self.finish(run, index, state) }) else {
                cancellation.cancel(.fault(.threads))
                throw ExportFault.threads
            }
            threads.append(thread)
        }
        let end = state.wait { $0.running == 0 ? ($0.results, $0.fault) : nil }
        if let fault = end.1 { throw fault }
        return job.resources.indices.compactMap { end.0[$0] }
    }

    private func finish(_ run: ResourceRun, _ index: Int, _ state: Monitor<State>) {
        let result = Result { try run.run() }
        if case .success(let result) = result { events(.finished(result.report)) }
        if case .failure(let error) = result { cancellation.cancel(.fault(error.asExportFault)) }
        state.change { state in
            switch result {
            case .success(let result): state.results[index] = result
            case .failure(let error): state.fault = state.fault ?? error
            }
            state.running -= 1
        }
    }

    /// Waits until a resource can start; nil when there is none left or the run is over.
    private func next(_ state: Monitor<State>) -> Int? {
        let found: Int?? = state.wait { state in
            if state.fault != nil || state.waiting.isEmpty { return .some(nil) }
            guard state.running < self.job.parallel else { return nil }
            return state.waiting.first { self.isReady($0, state) }.map { .some($0) }
        }
        guard let index = found ?? nil else { return nil }
        state.change { state in
            state.waiting.removeAll { $0 == index }
            state.running += 1
        }
        return index
    }

    private func isReady(_ index: Int, _ state: State) -> Bool {
        parentIndex(of: index).map { state.results[$0] != nil } ?? true
    }

    private func parentIndex(of index: Int) -> Int? {
        job.resources[index].parent.flatMap { binding in job.resources.firstIndex { $0.name == binding.resource } }
    }

    private func parentReport(of index: Int, _ state: State) -> ResourceReport? {
        parentIndex(of: index).flatMap { state.results[$0]?.report }
    }

    private func parentFields(of name: String) -> [Selector] {
        Array(Set(job.resources.compactMap(\.parent).filter { $0.resource == name }.flatMap(\.fields))).sorted { $0.description < $1.description }
    }
}

extension Error {
    var asExportFault: ExportFault {
        switch self {
        case let fault as ExportFault: fault
        case let fault as FileFault: .file(fault)
        default: .unexpected("\(self)")
        }
    }
}
