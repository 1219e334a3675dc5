import Glibc
import LakeFetch
import LakeFiles
import LakeModel
import LakeThreads

/// Sends notices and pings. Each call gives nil, or why it failed in a sentence without the address, which may be a secret.
final class Postman {
    /// Of one message.
    static let attempts = 3
    private static let timeouts = HTTPRequest.Timeouts(connect: .seconds(10), read: .seconds(10), total: .seconds(20))
    private static let firstPause: Int64 = 500
    private static let answerCap = 1 << 20

    private let caFile: String?
    private var client: HTTPClient?
    private let pause = InterruptiblePause()

    init(caFile: String?) { self.caFile = caFile }

    func get(_ url: String, attempts: Int) -> String? { send(request(.get, url), attempts) }

    func post(_ body: [UInt8], to url: String) -> String? {
        var request = request(.post, url)
        request.headers = ["Content-Type": "application/json"]
        request.body = body
        return send(request, Self.attempts)
    }

    /// Ends its thread; the next message starts another one.
    func close() {
        client?.close()
        client = nil
    }

    private func request(_ method: HTTPRequest.Method, _ url: String) -> HTTPRequest {
        HTTPRequest(method: method, url: url, timeouts: Self.timeouts, bodyCap: Self.answerCap)
    }

    private func send(_ request: HTTPRequest, _ attempts: Int) -> String? {
        var wait = Self.firstPause
        for attempt in 1...attempts {
            let fault: (words: String, mayPass: Bool)
            do throws(HTTPFault) {
                let status = try opened().start(request).wait().status
                if (200...299).contains(status) { return nil }
                fault = ("the answer was status \(status), expected 200 to 299.", RetryPolicy.isRetryable(status: status))
            } catch {
                fault = (error.wordsWithoutAddress, error.isRetryable)
            }
            guard fault.mayPass, attempt < attempts else { return fault.words }
            _ = pause.wait(milliseconds: wait)
            wait *= 2
        }
        return nil
    }

    private func opened() throws(HTTPFault) -> HTTPClient {
        if let client { return client }
        let new = try HTTPClient(options: HTTPClient.Options(caFile: caFile, keptConnections: 2, transfers: 1))
        client = new
        return new
    }
}

extension HTTPFault {
    fileprivate var wordsWithoutAddress: String {
        switch self {
        case .libraryMissing(let sentence): sentence
        case .couldNotResolve: "its name has no address."
        case .couldNotConnect: "no connection."
        case .couldNotResolveProxy, .proxyRefused, .proxyFailed: "the proxy failed."
        case .tls(.certificate, _): "its certificate is not trusted."
        case .tls: "no secure connection."
        case .timedOut: "no answer in time."
        case .connectionLost, .truncatedBody: "the connection broke."
        case .bodyTooLarge, .headTooLarge: "its answer is too large."
        default: "it cannot be asked."
        }
    }
}

/// A shell command that gets a notice on its stdin. What it says goes to stderr.
struct NoticeCommand {
    /// How long it may take.
    private static let seconds = 30
    private let command: String

    init(_ command: String) { self.command = command }

    /// - Returns: nil, or why it failed. The command is not repeated: it may hold what should not stand in a log.
    func tell(_ notice: [UInt8]) -> String? {
        do throws(ChildProcess.Fault) {
            var pipe = try ChildPipe()
            defer { pipe.closeAll() }
            let child = try ChildProcess(["/bin/sh", "-c", command, "restlake"], input: pipe.beginning, output: 2)
            pipe.closeBeginning()
            let looks = Self.seconds * 1000 / Int(ChildProcess.milliseconds)
            write(notice, pipe.end, looks)
            pipe.closeEnd()
            guard let end = child.wait(looks: looks) else {
                _ = child.end(looks: 10)
                return "the command did not end within \(Self.seconds) s and was stopped."
            }
            return switch end {
            case .code(0): nil
            case .code(let code): "the command ended with code \(code)."
            case .signal(let number): "the command was ended by signal \(number)."
            }
        } catch {
            return "the command cannot be started: \(error.reason)."
        }
    }

    /// As much as it reads.
    private func write(_ bytes: [UInt8], _ file: Int32, _ looks: Int) {
        _ = fcntl(file, F_SETFL, O_NONBLOCK)
        var rest = bytes[...]
        var looks = looks
        while !rest.isEmpty, looks > 0 {
            let n = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if n > 0 {
                rest = rest.dropFirst(n)
            } else if errno == EAGAIN {
                var place = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                if poll(&place, 1, ChildProcess.milliseconds) == 0 { looks -= 1 }
            } else if errno != EINTR {
                return
            }
        }
    }
}
