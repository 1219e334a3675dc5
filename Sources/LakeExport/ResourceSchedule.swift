import LakeCommit
import LakeFetch
import LakeFiles
import LakeModel
import LakeSchema
import LakeSource
import LakeThreads

/// Runs the resources of a job side by side, so many at a time, a dependent one after its parent. The results stand in
/// the order of the job, whatever finished first.
struct ResourceSchedule: Sendable {
    let job: ExportJob
    let session: FetchSession
    let cancellation: Cancellation
    let events: @Sendable (ExportEvent) -> Void
    /// The tables of earlier loads, by resource.
    let earlier: [String: [Manifest.Table]]
    /// What earlier loads left for this one, by resource.
    let states: [String: ResourceState]
    /// What keeps the pages of a resource for a further run, or has them already; nil where none is to go on.
    let journal: @Sendable (Resource) throws -> (any ResourceJournal)?

    private struct State {
        /// Places in the job, as those that follow.
        var waiting: [Int]
        var results: [Int: ResourceRun.Result] = [:]
        var fault: (any Error)?
    }

    func run(staging: StagingFolder, load: LoadID, known: [KnownTable]) throws -> [ResourceRun.Result] {
        let naming = job.naming(known)
        let knownOf = Dictionary(grouping: known, by: \.version.resource)
        let childrenOf = Dictionary(grouping: job.resources.filter { $0.parent != nil }) { $0.parent?.resource }
        let placeOf = Dictionary(zip(job.resources.map(\.name), job.resources.indices), uniquingKeysWith: { first, _ in first })
        let parents = job.resources.map { $0.parent.flatMap { placeOf[$0.resource] } }
        let state = Monitor(State(waiting: Array(job.resources.indices)))
        // Each of these goes on as long as there is a resource: a run of thousands has no more threads than one of four.
        SideBySide.forEach(Array(0..<job.parallel), threads: job.parallel) { _ in
            while let (place, parent) = self.next(state, parents) {
                let resource = self.job.resources[place]
                let run = ResourceRun(
                    resource: resource, job: self.job, session: self.session, staging: staging, load: load, naming: naming,
                    known: knownOf[resource.name] ?? [], children: childrenOf[resource.name] ?? [], cancellation: self.cancellation,
                    events: self.events, parent: parent, earlier: self.earlier[resource.name] ?? [], state: self.states[resource.name],
                    journal: self.journal)
                self.finish(run, place, state)
            }
        }
        let end = state.look { $0 }
        if let fault = end.fault { throw fault }
        return job.resources.indices.compactMap { end.results[$0] }
    }

    /// Waits until a resource can start; nil when there is none left or the run is over.
    /// - Parameter parents: of each resource the place of its parent, where it has one.
    private func next(_ state: Monitor<State>, _ parents: [Int?]) -> (place: Int, parent: ResourceReport?)? {
        state.waitToChange { state in
            if state.fault != nil || state.waiting.isEmpty { return .some(nil) }
            let ready = state.waiting.firstIndex { place in parents[place].map { state.results[$0] != nil } ?? true }
            guard let ready else { return nil }
            let place = state.waiting.remove(at: ready)
            return .some((place, parents[place].flatMap { state.results[$0]?.report }))
        }
    }

    private func finish(_ run: ResourceRun, _ place: Int, _ state: Monitor<State>) {
        let result = Result { try run.run() }
        if case .success(let result) = result { events(.finished(result.report)) }
        if case .failure(let error) = result { cancellation.cancel(.fault(error.asExportFault)) }
        state.change { state in
            switch result {
            case .success(let result): state.results[place] = result
            case .failure(let error): state.fault = state.fault ?? error
            }
        }
    }
}

extension ExportFault {
    /// What the disk or a commit has against some work, as a fault of an export.
    static func telling<R>(_ work: () throws -> R) throws -> R {
        do { return try work() } catch let fault as FileFault {
            throw ExportFault.file(fault)
        } catch let fault as CommitFault {
            throw ExportFault.commit(fault)
        }
    }
}

extension Error {
    var asExportFault: ExportFault {
        switch self {
        case let fault as ExportFault: fault
        case let fault as FileFault: .file(fault)
        case let fault as CommitFault: .commit(fault)
        default: .unexpected("\(self)")
        }
    }
}
