import LakeJSON
import LakeModel
import LakeSource
import LakeThreads

@testable import LakeFetch

/// Clocks that move only when something waits on them.
final class PretendedTime: Pause {
    /// 2026-11-23T02:00:00Z
    static let start = UTCTime(seconds: 1_795_399_200)
    private let passed = Monitor<Int64>(0)
    let waits = Monitor<[Int64]>([])
    private let onWait: @Sendable (Int) -> Void

    /// - Parameter onWait: called before each wait with its number, from 1.
    init(onWait: @escaping @Sendable (Int) -> Void = { _ in }) { self.onWait = onWait }

    func wait(milliseconds: Int64) -> Bool {
        onWait(waits.change { $0.append(milliseconds); return $0.count })
        passed.change { $0 += max(0, milliseconds) }
        return true
    }

    func pass(milliseconds: Int64) { passed.change { $0 += milliseconds } }
    var noted: [Int64] { waits.look { $0 } }
    var clock: SessionClock {
        SessionClock(
            monotonic: { self.passed.look { $0 } }, now: { UTCTime(milliseconds: Self.start.milliseconds + self.passed.look { $0 }) })
    }
}

func response(_ status: Int = 200, _ headers: HTTPHeaders, url: String = "https://api.example/x") -> HTTPResponse {
    HTTPResponse(status: status, headers: headers, body: PageBytes(""), url: url)
}

func things(auth: Auth? = nil, params: [RequestField] = [], headers: [RequestField] = [], body: RequestBody? = nil) -> Resource {
    Resource(name: "things", request: RequestTemplate(path: Template("things"), params: params, headers: headers, body: body), auth: auth)
}

extension FetchSession {
    /// One request from check to note, as a reader sends it: asked again once after a 401 that a new token may answer.
    func fetch(_ url: String, _ resource: Resource = things(), method: HTTPRequest.Method = .get, body: [UInt8]? = nil) throws -> HTTPResponse {
        for attempt in 1... {
            try check(url, page: 1)
            try waitTurn()
            let request = try authorized(request(url, method: method, body: body), resource: resource)
            let response = try http.start(request.request).wait()
            note(response)
            guard response.status == 401, attempt == 1, try renewed(after: request) else { return response }
        }
        fatalError("not reached")
    }
}

func fetchFault(_ work: () throws -> Void) -> FetchFault? {
    do {
        try work()
        return nil
    } catch { return error as? FetchFault }
}

/// A token endpoint and an API on one loopback server: `/token` hands out t1, t2 … and everything else answers 401 unless
/// the request bears a token that `accepts` likes.
struct TokenServer {
    let server: LoopbackServer
    init(expiresIn: String? = "3600", accepts: @escaping @Sendable (String) -> Bool = { $0.hasPrefix("t") }) {
        let count = Monitor(0)
        server = LoopbackServer { request in
            if request.line.hasSuffix("/token") {
                let number = count.change { $0 += 1; return $0 }
                let life = expiresIn.map { ",\"expires_in\":\($0)" } ?? ""
                return [.answer("{\"access_token\":\"t\(number)\",\"token_type\":\"Bearer\"\(life)}")]
            }
            let token = request.header("Authorization").map { String($0.dropFirst("Bearer ".count)) } ?? ""
            return [accepts(token) ? .answer(token) : .answer("no", status: 401)]
        }
    }

    var auth: Auth { .oauth2ClientCredentials(credentials) }
    var credentials: OAuth2ClientCredentials {
        OAuth2ClientCredentials(tokenURL: server.url + "/token", clientID: .named("id"), clientSecret: .named("secret"))
    }
    var asked: Int { server.requests.count { $0.line.hasSuffix("/token") } }

    static let secrets = SecretValues([.named("id"): "client-1", .named("secret"): "s3cr3t/+ü"])

    func session(_ time: PretendedTime = PretendedTime(), auth: Auth? = nil, attempts: Int = 3) throws -> FetchSession {
        try FetchSession(
            client: Client(baseURL: server.url, auth: auth ?? self.auth), baseURL: server.url, secrets: TokenServer.secrets,
            options: FetchOptions(retry: RetryPolicy(attempts: attempts), pause: time, clock: time.clock))
    }
}
