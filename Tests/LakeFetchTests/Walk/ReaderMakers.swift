import LakeJSON
import LakeModel
import LakeSource
import LakeThreads

@testable import LakeFetch

/// Waits for nothing; after `cut` waits it answers that it was interrupted.
final class CutPause: Pause {
    private let left: Monitor<Int>
    private let cut: Int
    init(cut: Int = 1000) {
        self.cut = cut
        left = Monitor(cut)
    }
    /// How often it was asked to wait.
    var waits: Int { cut - left.look { $0 } }
    func wait(milliseconds: Int64) -> Bool {
        left.change { left in
            left -= 1
            return left >= 0
        }
    }
}

func session(
    _ server: LoopbackServer, auth: Auth? = nil, headers: [RequestField] = [], perMinute: Int? = nil, concurrency: Int? = nil, allowed: [AllowedOrigin] = [],
    secrets: [SecretReference: String] = [:], attempts: Int = 3, pause: any Pause = CutPause()
) throws -> FetchSession {
    var options = FetchOptions()
    options.retry = RetryPolicy(attempts: attempts)
    options.pause = pause
    let client = Client(
        baseURL: server.url, headers: headers, auth: auth, requestsPerMinute: perMinute, concurrency: concurrency, allowedOrigins: allowed)
    return try FetchSession(client: client, baseURL: server.url, secrets: SecretValues(secrets), options: options)
}

/// Everything that comes of a walk.
struct Reading: Equatable {
    var ids: [String] = []
    /// Numbers of the pages, in the order they came.
    var pages: [Int] = []
    /// Without what depends on time.
    var log: [PageLogEntry] = []
    var end: WalkEnd?
    var fault: FetchFault?
    var attempts: [Int] = []

    static func == (a: Reading, b: Reading) -> Bool {
        a.ids == b.ids && a.pages == b.pages && a.log == b.log && a.end == b.end && a.fault == b.fault
    }
}

func readAll(_ reader: PageReader) -> Reading {
    var reading = Reading()
    do throws(FetchFault) {
        while let page = try reader.next() {
            reading.pages.append(page.number)
            let tokens = page.records.tokens(in: page.tape)
            let kept = switch page.choice {
            case .all: tokens
            case .none: [Int]()
            case .only(let places): places.map { tokens[$0] }
            }
            reading.ids += kept.map { page.tape.value(at: $0, of: page.page)["id"]?.asText ?? "?" }
            var entry = page.log
            reading.attempts.append(entry.attempts)
            (entry.milliseconds, entry.attempts) = (0, 0)
            reading.log.append(entry)
            page.recycle()
        }
    } catch {
        reading.fault = error
    }
    reading.end = reader.end
    return reading
}

let json = ["Content-Type: application/json"]

/// `{"data":[{"id":1},…]}`
func data(_ ids: some Sequence<Int>, _ more: String = "}") -> String { "{\"data\":\(records(ids))\(more)" }

extension LoopbackServer.Request {
    /// The value of a parameter of the query.
    func query(_ name: String) -> String? {
        let target = line.split(separator: " ").last.map(String.init) ?? ""
        return URLText.parameters(of: target).first { $0.name == name }?.value
    }

    var bodyText: String { String(decoding: body, as: UTF8.self) }
}
