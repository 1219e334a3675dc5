import LakeFetch
import LakeFiles
import LakeJSON
import LakeModel
import LakeSource
import LakeThreads

/// The reading half of a resource: asks page after page, for every parent where the resource has one.
final class Reading: Sendable {
    private let task: ResourceRun
    private let queue: BoundedQueue<FetchedPage>
    private let summary: Monitor<(WalkSummary, isDone: Bool)>

    init(_ run: ResourceRun, _ queue: BoundedQueue<FetchedPage>) {
        task = run
        self.queue = queue
        summary = Monitor((WalkSummary(paginator: run.resource.paginator), false))
    }

    /// Waits for the end of the reading.
    func result() -> WalkSummary { summary.wait { $0.isDone ? $0.0 : nil } }

    func run() {
        var desk = Desk(task, queue)
        do {
            try desk.read()
        } catch let fault as FetchFault {
            desk.walk.fault = fault
        } catch let fault as FileFault {
            task.cancellation.cancel(.fault(.file(fault)))
            desk.walk.fault = .cancelled
        } catch {
            task.cancellation.cancel(.fault(error.asExportFault))
            desk.walk.fault = .cancelled
        }
        queue.close()
        summary.change { $0 = (desk.walk, true) }
    }
}

/// What the reading thread has in its hands.
private struct Desk {
    private let task: ResourceRun
    private let queue: BoundedQueue<FetchedPage>
    private let budget: FetchBudget
    private var sieve: RecordSieve?
    private var journal: (any ResourceJournal)?
    /// Whether the records hold personal fields, and whether the requests are made of some of the parent's.
    private let hasPersonalFields: Bool
    private let hasPersonalRequest: Bool
    var walk: WalkSummary

    init(_ task: ResourceRun, _ queue: BoundedQueue<FetchedPage>) {
        self.task = task
        self.queue = queue
        budget = FetchBudget(task.job.bounds, window: AheadWindow(task.job.source.client))
        hasPersonalFields = !task.resource.fieldRules.personal.isEmpty
        hasPersonalRequest = task.job.source.asksByPersonalFields(task.resource)
        walk = WalkSummary(paginator: task.resource.paginator)
    }

    mutating func read() throws {
        do throws(IncrementalFault) {
            sieve = try RecordSieve(
                resource: task.resource, state: task.state?.incremental, from: try typed(task.job.from), to: try typed(task.job.to))
        } catch {
            throw FetchFault.incremental(error, page: 0)
        }
        journal = try task.journal(task.resource)
        if let binding = task.resource.parent { try readChildren(binding) } else { try read(reader(nil), nil) }
        if walk.failure == nil, !walk.endedInTime { try journal?.end() }
        walk.nextIncremental = sieve.map(IncrementalOutcome.init)
    }

    /// A value of the cursor that a person typed.
    private func typed(_ text: String?) throws(IncrementalFault) -> JSONValue? {
        guard let text, let cursor = task.resource.incremental else { return nil }
        let before = try task.state?.incremental.map { json throws(IncrementalFault) in try IncrementalState(json: json) }
        return try cursor.typedValue(text, before: before).json
    }

    private func reader(_ parent: ParentRow?) -> PageReader {
        // What is not declared is found out, one step after the other.
        PageReader(
            resource: task.resource, session: task.session,
            values: RequestValues(parent: parent?.fields ?? [:], incremental: sieve?.requestValues ?? [:]), sieve: sieve, budget: budget,
            after: walk.pages, ahead: task.resource.paginator == .auto ? 1 : .max, remembered: task.state?.detected,
            resolved: walk.resolved ?? task.state?.resolved, journal: journal)
    }

    /// Parents side by side: their first pages are asked for together, and taken in the order of the parents.
    private mutating func readChildren(_ binding: ParentBinding) throws {
        // What a failed parent left is not asked for: the resource fails with it.
        guard task.parent?.outcome != .failed else { return }
        let parents = try ParentValues.Reader(child: task.resource, binding: binding, staging: task.staging)
        var begun: [(reader: PageReader, row: ParentRow)] = []
        var isThereMore = true, asked = 0
        while walk.failure == nil, walk.bound == nil {
            while isThereMore, begun.count < budget.window.width, asked < task.job.mostParents ?? .max {
                guard let row = try parents.next() else {
                    isThereMore = false
                    break
                }
                asked += 1
                let reader = reader(row)
                reader.begin()
                begun.append((reader, row))
            }
            guard !begun.isEmpty else { return }
            let (reader, row) = begun.removeFirst()
            try read(reader, row)
        }
    }

    /// An answer that fails the resource may be another one in the next run. One that refuses a single parent stays among
    /// those of the others.
    private func isWorthKeeping(_ end: WalkEnd?, isOfParent: Bool) -> Bool {
        switch end {
        case .failed(.refused): isOfParent
        case .failed: false
        case .ended, .partial, nil: true
        }
    }

    private mutating func read(_ reader: PageReader, _ parent: ParentRow?) throws {
        reader.startsAfter(walk.pages)
        defer {
            walk.pages = reader.pagesSeen
            walk.paginator = reader.paginator
            walk.requests = budget.requests
            walk.retries = budget.retries
            walk.mayHaveHoles = walk.mayHaveHoles || reader.mayHaveHoles
            walk.selector = reader.detectedSelector ?? walk.selector
            walk.why = reader.detectedWhy ?? walk.why
            walk.detected = reader.detected ?? walk.detected
            walk.detectionChange = reader.detectionChange ?? walk.detectionChange
            walk.resolved = reader.resolvedPath ?? walk.resolved
            walk.refusalWords = reader.refusalWords ?? walk.refusalWords
        }
        walk.walks += 1
        do {
            // Where the writing half has ended, nothing further is asked for.
            while !queue.isClosed, var page = try reader.next() {
                if journal?.isBehindFirstStop == true { sieve?.noteStop() }
                page.included = parent?.included ?? []
                page.log.leaveOutHashes(ofRecords: hasPersonalFields, ofParent: hasPersonalRequest)
                if isWorthKeeping(reader.end, isOfParent: parent != nil) { try journal?.append(page) }
                guard queue.put(page) else { break }
            }
            if queue.isClosed { throw FetchFault.cancelled }
        } catch FetchFault.journalUnreadable {
            throw journal?.fault ?? FetchFault.cancelled
        } catch FetchFault.request(let problem) where parent != nil {
            walk.unusableParents += 1
            walk.lastProblem = problem
            return
        }
        walk.note(reader, isOfParent: parent != nil, check: task.resource.totalCheck)
    }
}

extension Source {
    /// Whether a field of the parent that the requests are made of is personal there, or holds something that is.
    fileprivate func asksByPersonalFields(_ resource: Resource) -> Bool {
        guard let binding = resource.parent, let parent = resources.first(where: { $0.name == binding.resource }) else { return false }
        return binding.fields.contains { field in parent.fieldRules.personal.contains { $0.field.covers(field.steps, through: .any) } }
    }
}

extension WalkSummary {
    /// Takes in how one walk ended.
    fileprivate mutating func note(_ reader: PageReader, isOfParent: Bool, check: TotalCheck) {
        guard let end = reader.end else { return }
        guard isOfParent else {
            ends = [end]
            totals = reader.totals
            if case .failed(let reason) = end { failure = reason }
            return
        }
        // Of a dependent resource only the kinds of ends are kept: there may be millions of parents.
        switch end {
        case .failed(.refused): refusedParents += 1
        case .failed(let reason): failure = reason
        case .ended(.ignoredAsDeclared): ignoredParents += 1
        case .partial(let reason) where reason.isBound:
            bound = reason
            partialParents += 1
            lastDoubt = reason
        case .ended, .partial:
            let verdict = Completeness.judge(
                end, totals: reader.totals, distinct: reader.recordsKept, paginator: reader.paginator, check: check)
            guard verdict.outcome == .partial else { return }
            partialParents += 1
            lastDoubt = verdict.doubts.first
        }
    }
}

/// What the incremental cursor of a resource has come to in a load.
struct IncrementalOutcome: Sendable {
    /// For the next load, where this one is complete; nil: it does not move.
    var next: JSONValue?
    /// Whether it may move even where the load is not complete: the records came in an order that leads to it.
    var mayMoveWhenPartial: Bool
    var findings: [String]

    init(_ sieve: RecordSieve) {
        next = sieve.nextState
        mayMoveWhenPartial = sieve.mayMoveWhenPartial
        findings = sieve.findings.map(\.sentence)
    }
}
