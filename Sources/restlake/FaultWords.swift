import Glibc
import LakeCommit
import LakeExport
import LakeFetch
import LakeFiles
import LakeModel
import LakeSchema

// Facts in, words out: what happened, where, what was expected, what to do, and the exit code.

extension FileFault {
    var failure: CommandFailure {
        switch self {
        case .system(let operation, let path, let number):
            let reason = String(cString: strerror(number))
            return CommandFailure(
                Self.code(operation, number), "Cannot \(operation.rawValue) '\(path)': \(reason).\(Self.advice(operation, path, number))")
        case .compression(let path, let reason): return CommandFailure(.inputOutput, "Cannot compress '\(path)': \(reason).")
        case .rowsDoNotAddUp(let table):
            return CommandFailure(
                .internalFault, "\(table): the rows of its files do not add up, so nothing was published. This is a fault of restlake; "
                    + "please report it.")
        case .quarantineLine(let path, let line):
            return CommandFailure(.data, "\(path), line \(line): expected a quarantined record with its reason and its value. Put the file back as it was.")
        case .quarantineChanged(let path):
            return CommandFailure(.data, "\(path) is not the file that its load wrote: its checksum is another. Put it back as it was.")
        }
    }

    private static func code(_ operation: Operation, _ number: Int32) -> ExitCode {
        switch operation {
        case .create, .makeFolder, .lock: number == ENOSPC || number == EDQUOT ? .inputOutput : .cannotCreate
        default: number == ENOTDIR ? .cannotCreate : .inputOutput
        }
    }

    private static func advice(_ operation: Operation, _ path: String, _ number: Int32) -> String {
        switch number {
        case EISDIR where path.contains("/_lake/staging/"), ENOTDIR where path.contains("/_lake/staging/"):
            " Something else stands in its place: remove it, or give up the unfinished load with --no-resume or restlake recover --discard."
        case EISDIR where path.contains("/_lake/"), ENOTDIR where path.contains("/_lake/"): " Something else stands in its place: remove it."
        case ENOSPC, EDQUOT: " Make room, then run it again."
        case ENOTDIR, EEXIST: " Choose another folder with --lake."
        case EACCES, EPERM, EROFS: operation == .read ? "" : " Choose another folder with --lake, or make it writable."
        default: operation == .sync ? " The disk failed to confirm what was written." : ""
        }
    }
}

extension CommitFault {
    /// What is wrong with a document, as a sentence without its end; nil for other faults.
    var damage: String? {
        switch self {
        case .document(let path, let fault):
            "\(path) is damaged: \(fault.place.isEmpty ? "" : "at '\(fault.place)' ")expected \(fault.expected)"
        case .documentSyntax(let path, let reason): "\(path) is damaged: \(reason)"
        case .documentChecksum(let path): "\(path) is damaged: its checksum is not that of its content"
        case .documentMissing(let path): "\(path) is missing"
        default: nil
        }
    }

    var failure: CommandFailure {
        switch self {
        case .locked(let path, let owner):
            CommandFailure(.tryLater, "Another run holds this dataset (\(owner.isEmpty ? "unknown" : owner); lock: \(path)). "
                + "Wait for its end, then run it again.")
        case .document, .documentSyntax, .documentChecksum, .documentMissing:
            CommandFailure(.data, "\(damage ?? ""). Restore it from a copy.")
        case .newerFormat(let path, let format):
            CommandFailure(.data, "\(path) has format \(format); "
                + "this restlake (\(restlakeVersion)) knows formats up to \(restlakeFormat). Use a newer restlake.")
        case .otherOrigin(let dataset, let holds, let asked):
            CommandFailure(.protocolFault, "The dataset '\(dataset)' holds data of \(holds), and this run would bring data of \(asked). "
                + "Give it a dataset of its own: --dataset NAME")
        case .otherDevice(let path):
            CommandFailure(.cannotCreate, "'\(path)' is on another device than the dataset's _lake folder, "
                + "so files cannot be moved there at once. Keep a dataset on one device.")
        case .loadIDNotNewest(let asked, let newest):
            CommandFailure(.usage, "The load id \(asked) does not sort behind the newest committed one, \(newest). "
                + "Leave --load-id out, or give a later one.")
        case .loadIDInFuture(let asked):
            CommandFailure(.usage, "The load id \(asked) lies more than a day ahead of the present. Leave --load-id out, or give one of today.")
        case .noLoadIDLeft(let newest):
            CommandFailure(.data, "No load id sorts behind \(newest), so this dataset takes no more loads. Use another one: --dataset NAME")
        case .countsDoNotAddUp(let resource):
            CommandFailure(.internalFault, "\(resource): the counts of its records do not add up, so nothing was published. "
                + "This is a fault of restlake; please report it.")
        case .stagingIncomplete(let load, let missing):
            CommandFailure(.inputOutput, "The load \(load) was prepared but cannot be published: \(missing) is missing. "
                + "If its files are gone for good, remove its folder under _lake/staging.")
        case .cannotPublishPrepared(let load, let path, let number):
            CommandFailure(
                [ENOTDIR, EEXIST, EISDIR].contains(number) ? .cannotCreate : .inputOutput,
                "The load \(load) is prepared and must be published before anything else, but '\(path)' is in the way: "
                    + "\(String(cString: strerror(number))). Put that right, then run it again.")
        case .recordExists(let load): CommandFailure(.cannotCreate, "The load \(load) is committed already.")
        case .stateUnpublished(let load, let fault):
            CommandFailure(
                fault.failure.code, lines: fault.failure.lines
                    + ["The change of state, \(load), is safe, but not yet in its place: the next run, or restlake recover, publishes it."])
        case .expireUnpublished(let load, let fault):
            CommandFailure(
                fault.failure.code, lines: fault.failure.lines
                    + ["The removal, \(load), is written down but not begun: the next run, or restlake recover, does it."])
        }
    }
}

extension ExportFault {
    var failure: CommandFailure {
        switch self {
        case .fetch(let fault, let resource, let sentence): CommandFailure(fault.code, "\(resource): \(Human.escaped(sentence))")
        case .unauthorized(let resource, let page, let sent):
            CommandFailure(.notAllowed, "\(resource): page \(page): the API " + (sent.isEmpty
                ? "wants a secret (status 401), and none was sent. Name one in client.auth."
                : "refused the secret (status 401). Sent was: \(sent.map(\.description).joined(separator: ", ")). "
                    + "Check the secret and what it may read."))
        case .file(let fault): fault.failure
        case .commit(let fault): fault.failure
        case .client(let fault): CommandFailure(.unavailable, fault.sentence)
        case .baseURL: CommandFailure(.configuration, "client.base_url cannot be used: expected http or https with a host and without user name.")
        case .cancelled(let signal):
            CommandFailure(signal == SIGTERM ? .terminated : .interrupted, "Stopped by \(signal == SIGTERM ? "SIGTERM" : "SIGINT").")
        case .deadline: CommandFailure(.tryLater, "Stopped: the time that --deadline gives is over.")
        case .nothingToPublish(let reports): CommandFailure(reports.compactMap(\.failure).first?.code ?? .protocolFault, lines: [])
        case .threads: CommandFailure(.internalFault, "The system refuses threads.")
        case .unpublished(let load, let fault):
            CommandFailure(
                fault.failure.code, lines: fault.failure.lines
                    + ["The load \(load.text) is whole and safe, but not yet in its place: the next run, or restlake recover, publishes it."])
        case .unexpected(let text): CommandFailure(.internalFault, "An unexpected fault: \(text). Please report it.")
        }
    }
}

extension ResourceFailure {
    var code: ExitCode {
        switch self {
        case .notAllowed: .notAllowed
        case .unavailable: .unavailable
        case .data: .data
        case .paging: .protocolFault
        }
    }
}

extension FetchFault {
    var code: ExitCode {
        switch self {
        case .http(.couldNotConnect, _), .http(.couldNotResolve, _), .http(.couldNotResolveProxy, _), .http(.tls, _),
            .http(.libraryMissing, _): .unavailable
        case .http(.unsupportedURL, _), .http(.unsendableHeader, _): .configuration
        case .http, .unavailable, .tooLong: .tryLater
        case .notJSON, .contentType, .incremental, .request: .data
        case .otherOrigin, .redirect, .badLink, .fallsToHTTP, .secretWithheld: .protocolFault
        case .secretInPlainText, .secretMissing: .configuration
        case .journalOfAnotherWalk, .resumeRefused: .internalFault
        case .journalUnreadable: .inputOutput
        case .token(.refused, _): .notAllowed
        case .token(.unavailable, _): .tryLater
        case .token(.http(let fault, let attempts), _): FetchFault.http(fault, attempts: attempts).code
        case .token: .configuration
        case .cancelled: .interrupted
        }
    }
}

/// Any error of a command as what is said and the code.
func commandFailure(of error: any Error) -> CommandFailure {
    switch error {
    case let failure as CommandFailure: failure
    case let fault as ExportFault: fault.failure
    case let fault as FileFault: fault.failure
    case let fault as CommitFault: fault.failure
    default: CommandFailure(.internalFault, "An unexpected fault: \(error). Please report it.")
    }
}
