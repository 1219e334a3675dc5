import Glibc
import LakeExport
import LakeMCP
import LakeModel
import LakeThreads

/// `restlake mcp`: lines from stdin to a `Session`, its jobs to a thread of their own, its lines to stdout. The reader waits
/// for no job, so that one can be cancelled. It ends with stdin, when all that was asked is answered.
final class MCPCommand: Sendable {
    private struct State {
        var session: Session
        var jobs: [Session.Job] = []
        var running: (ticket: Session.Ticket, flag: StopFlag)?
        /// Nothing further comes.
        var isClosed = false
        var isDone = false
    }

    private let tools: AssistantTools
    private let state: Monitor<State>
    /// Held while a line is written, so that no two mix.
    private let output = Monitor(())

    static func run(_ arguments: Arguments) throws -> ExitCode {
        let tools = try AssistantTools(arguments)
        let cancellation = Cancellation()
        Signals.watch(cancellation)
        if isatty(0) == 1 {
            Terminal.error("This speaks the Model Context Protocol with an AI assistant, which starts it by itself; restlake ai init registers it.")
        }
        return try MCPCommand(tools).serve(cancellation)
    }

    private init(_ tools: AssistantTools) {
        self.tools = tools
        let facts = ServerFacts(name: "restlake", version: restlakeVersion, instructions: tools.instructions)
        let mark = Mark(number: UInt64.random(in: .min ... .max))
        state = Monitor(State(session: Session(facts, tools: tools.all.map(\.spec), templates: AssistantDocuments.templates, mark: mark)))
    }

    private func serve(_ cancellation: Cancellation) throws -> ExitCode {
        let worker: DedicatedThread
        do throws(ThreadRefused) { worker = try DedicatedThread { self.work() } } catch { throw ExportFault.threads }
        var lines = StandardLines()
        while let line = lines.next(isStopped: { cancellation.cause != nil }) { take(line) }
        state.change { $0.isClosed = true }
        while state.wait(atMostMilliseconds: 100, for: { $0.isDone ? true : nil }) == nil {
            if cancellation.cause != nil { stopAll() }
        }
        worker.join()
        guard case .signal(let number)? = cancellation.cause else { return .complete }
        return number == SIGTERM ? .terminated : .interrupted
    }

    private func stopAll() {
        state.change { state in
            state.jobs = []
            state.running?.flag.set()
        }
    }

    private func take(_ line: StandardLines.Line) {
        let lines = state.change { state -> [String] in
            guard case .whole(let bytes) = line else { return [state.session.refuseLine(longerThan: StandardLines.mostBytes)] }
            let reaction = state.session.receive(PageBytes(bytes))
            state.jobs += reaction.jobs
            for ticket in reaction.cancelled {
                state.jobs.removeAll { $0.ticket == ticket }
                if state.running?.ticket == ticket { state.running?.flag.set() }
            }
            return reaction.lines
        }
        send(lines)
    }

    private func send(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        output.change { _ in Terminal.write(lines.map { $0 + "\n" }.joined(), to: 1) }
    }

    // MARK: The worker

    private func work() {
        while let (job, flag) = next() {
            let result = tools.result(of: job.work, flag)
            send(state.change { state in
                state.running = nil
                return state.session.finish(job.ticket, result)
            })
        }
        state.change { $0.isDone = true }
    }

    private func next() -> (Session.Job, StopFlag)? {
        state.waitToChange { state -> (Session.Job, StopFlag)?? in
            guard !state.jobs.isEmpty else { return state.isClosed ? .some(nil) : nil }
            let job = state.jobs.removeFirst(), flag = StopFlag()
            state.running = (job.ticket, flag)
            return (job, flag)
        }
    }
}

/// Set when nobody waits for a job any more.
final class StopFlag: Sendable {
    private let state = Monitor(false)
    var isSet: Bool { state.look { $0 } }
    func set() { state.change { $0 = true } }
}

/// The lines of stdin, none longer than a bound.
struct StandardLines {
    enum Line {
        case whole(ArraySlice<UInt8>)
        case tooLong
    }

    static let mostBytes = 4 << 20
    private var buffer: [UInt8] = []
    private var looked = 0
    private var isSkipping = false
    private var isAtEnd = false

    /// - Returns: nil at the end, or where the wait for a line is to stop.
    mutating func next(isStopped: () -> Bool) -> Line? {
        while true {
            if let end = buffer[looked...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[..<end]
                buffer = Array(buffer[(end + 1)...])
                looked = 0
                if isSkipping { isSkipping = false } else { return line.count > Self.mostBytes ? .tooLong : .whole(line) }
                continue
            }
            looked = buffer.count
            if buffer.count > Self.mostBytes {
                buffer = []
                looked = 0
                if !isSkipping {
                    isSkipping = true
                    return .tooLong
                }
            }
            guard !isAtEnd else {
                defer { buffer = [] }
                looked = 0
                return buffer.isEmpty || isSkipping ? nil : .whole(buffer[...])
            }
            guard fill(isStopped) else { return nil }
        }
    }

    private mutating func fill(_ isStopped: () -> Bool) -> Bool {
        var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
        while poll(&input, 1, ChildProcess.milliseconds) <= 0 {
            if isStopped() { return false }
        }
        var block = [UInt8](repeating: 0, count: 64 << 10)
        let n = read(0, &block, block.count)
        if n > 0 { buffer += block.prefix(n) } else if n == 0 || (errno != EINTR && errno != EAGAIN) { isAtEnd = true }
        return true
    }
}
