import LakeCommit
import LakeFiles
import Testing

/// Something that is done to a lake, stopped at every durable step at which it can be stopped.
struct StoppedWork: Sendable {
    private let stops: [(lake: Lake, step: DurableStep)]

    /// - Parameters:
    ///   - first: the step to begin with, of those at which it can be stopped.
    ///   - stride: how many steps lie between two stops.
    init(on base: Lake, from first: Int = 0, by stride: Int = 1, _ work: (Lake, StepHook) throws -> Void) throws {
        var stops: [(lake: Lake, step: DurableStep)] = []
        while true {
            let lake = try Lake(base), point = CrashPoint(first + stops.count * stride)
            do { try work(lake, point.hook) } catch is Crash {
                stops.append((lake, try #require(point.steps.last)))
                continue
            }
            break
        }
        self.stops = stops
    }

    var calls: Range<Int> { stops.indices }

    /// A lake of the test's own that was stopped before a step.
    func stopped(at call: Int) throws -> (lake: Lake, step: DurableStep) { (try Lake(stops[call].lake), stops[call].step) }

    /// Opens the stopped lake, and stops that too: the next run must finish what either has begun. Of the lakes in a row one is
    /// stopped at its first, third, … step, the next at the others: what is left to be done differs little between the two.
    /// - Parameter wanted: the files of the lake at the end.
    func expectRecovery(at call: Int, wanted: (DurableStep) throws -> [String: [UInt8]]) throws {
        let (crashed, step) = stops[call]
        let wanted = try wanted(step)
        let first = call % 2
        let recovery = try StoppedWork(on: crashed, from: first, by: 2) { lake, hook in _ = try lake.open(hook) }
        #expect(!recovery.stops.isEmpty || first > 0)
        for (lake, last) in recovery.stops {
            #expect(try lake.open().recovered != [], "stopped before \(step), then before \(last)")
            #expect(difference(try tree(lake.paths), wanted) == [], "stopped before \(step), then before \(last)")
            #expect(try Disk.names(in: lake.paths.staging) == [])
        }
    }
}
