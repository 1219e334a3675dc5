/// What restlake tells the one who started it. After `sysexits.h`; 2 is its own. 1 and 3 are those of monitoring plugins,
/// for `loads --check` alone.
enum ExitCode: Int32, CaseIterable {
    case complete = 0
    case warning = 1
    case incomplete = 2
    case unknown = 3
    case usage = 64
    case data = 65
    case unavailable = 69
    case internalFault = 70
    case cannotCreate = 73
    case inputOutput = 74
    case tryLater = 75
    case protocolFault = 76
    case notAllowed = 77
    case configuration = 78
    case interrupted = 130
    case terminated = 143

    var meaning: String {
        switch self {
        case .complete: "everything is complete and committed"
        case .warning: "loads --check: the newest load is young enough, but not complete"
        case .incomplete: "something was committed, but not everything is complete; loads --check: there is no load, or it is too old"
        case .unknown: "loads --check: cannot be told"
        case .usage: "the command line is wrong"
        case .data: "the data is not what it must be (no JSON, no records, a damaged document)"
        case .unavailable: "no connection to the API or the store, nothing at that path, or a library, rclone or a database's client is missing or failed"
        case .internalFault: "a fault of restlake itself"
        case .cannotCreate: "the lake cannot be created there"
        case .inputOutput: "the disk failed or is full"
        case .tryLater: "try again later: rate limit, an overloaded API, another run at work"
        case .protocolFault: "paging goes wrong, or the data is of another origin"
        case .notAllowed: "the API or the store refuses the secret"
        case .configuration: "the source definition or a secret is missing or wrong"
        case .interrupted: "stopped by SIGINT"
        case .terminated: "stopped by SIGTERM"
        }
    }
}

/// Why a command ends: the code, and what is said.
struct CommandFailure: Error {
    var code: ExitCode
    var lines: [String]

    init(_ code: ExitCode, _ lines: String...) {
        self.code = code
        self.lines = lines
    }

    init(_ code: ExitCode, lines: [String]) {
        self.code = code
        self.lines = lines
    }
}
