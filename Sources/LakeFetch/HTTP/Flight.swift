import CCurl
import LakeModel

/// One transfer under way: what the client's thread knows of it. Stays on that thread.
final class Flight {
    /// 256 KiB, interim answers included.
    static let headCap = 256 << 10

    let exchange: Exchange
    let easy: CurlEasy
    let startedAt: Int64
    /// Since when the server has been silent; the connection once it stands counts as a word.
    private var silentSince: Int64
    private var hasMoved = false
    private var isConnected = false
    private var headBytes: [UInt8] = []
    private var headIsOver = false
    private var head: HTTPHead?
    private let body: GrowingBody
    /// Why we ourselves stopped the transfer.
    private var refusal: HTTPFault?

    init(exchange: Exchange, easy: CurlEasy, pool: BlockPool, now: Int64) {
        self.exchange = exchange
        body = GrowingBody(pool)
        self.easy = easy
        self.startedAt = now
        self.silentSince = now
    }

    private var request: HTTPRequest { exchange.request }
    private var bodyCap: Int { min(request.bodyCap, Int(UInt32.max)) }

    // What libcurl hands in. False ends the transfer. -----------------------------------------------------------------

    func takeHeadLine(_ line: UnsafeRawBufferPointer) -> Bool {
        hasMoved = true
        if headIsOver && !line.starts(with: "HTTP/".utf8) { return true }  // A trailer (RFC 9112, section 7.1.2): not used.
        guard headBytes.count + line.count <= Flight.headCap else { return refuse(.headTooLarge(cap: Flight.headCap)) }
        headBytes += line
        headIsOver = line.count <= 2 && line.last == UInt8(ascii: "\n")
        return true
    }

    func takeBody(_ piece: UnsafeRawBufferPointer) -> Bool {
        hasMoved = true
        if head == nil {
            head = HTTPHead(headBytes)
            let expected = expectedBytes
            guard expected <= bodyCap else { return refuse(.bodyTooLarge(cap: request.bodyCap)) }
            guard body.reserve(max(expected, piece.count)) else { return refuse(.outOfMemory) }
        }
        guard body.count + piece.count <= bodyCap else { return refuse(.bodyTooLarge(cap: request.bodyCap)) }
        return body.append(piece) || refuse(.outOfMemory)
    }

    private func refuse(_ fault: HTTPFault) -> Bool {
        refusal = fault
        return false
    }

    /// What the server stated; past the cap when it stated so of a plain body. A packed one is taken to be a fifth.
    private var expectedBytes: Int {
        let stated = max(0, easy.size(Int(CCURLINFO_CONTENT_LENGTH_DOWNLOAD_T)))
        if stated > 0, head?.headers["Content-Encoding"] == nil { return stated }
        let packed = stated.multipliedReportingOverflow(by: 5)
        return min(bodyCap, request.expectedBytes ?? (packed.overflow ? bodyCap : packed.partialValue))
    }

    // Time ------------------------------------------------------------------------------------------------------------

    /// The next moment at which a limit of ours passes, and which. (libcurl itself minds the connect limit.)
    func deadline(now: Int64) -> (moment: Int64, phase: HTTPFault.Phase) {
        noteSilence(now: now)
        let read = silentSince.saturatingAdd(request.timeouts.read.wholeMilliseconds)
        let total = request.timeouts.total.map { startedAt.saturatingAdd($0.wholeMilliseconds) } ?? .max
        return total < read ? (total, .total) : (read, .read)
    }

    private func noteSilence(now: Int64) {
        if hasMoved {
            silentSince = now
            hasMoved = false
            isConnected = true
        } else if !isConnected {
            let microseconds = easy.size(Int(CCURLINFO_PRETRANSFER_TIME_T))
            isConnected = microseconds > 0
            silentSince = isConnected ? min(now, startedAt + Int64(microseconds / 1000)) : now
        }
    }

    // The end ---------------------------------------------------------------------------------------------------------

    /// What the transfer came to, once libcurl is done with it.
    func result(code: Int, now: Int64) -> Result<HTTPResponse, HTTPFault> {
        if let refusal { return .failure(refusal) }
        guard code == CCURLE_OK else { return .failure(HTTPFault(code: code, easy: easy, origin: exchange.origin)) }
        guard let head = head ?? HTTPHead(headBytes) else { return .failure(.protocolError(code: 0, text: "no status line")) }
        guard let page = body.takePage() else { return .failure(.outOfMemory) }
        return .success(HTTPResponse(
            status: head.status, headers: head.headers, body: page, url: exchange.url,
            durationMilliseconds: Int(now - startedAt), wireBytes: max(0, easy.size(Int(CCURLINFO_SIZE_DOWNLOAD_T))),
            reusedConnection: easy.long(Int(CCURLINFO_NUM_CONNECTS)) == 0, mark: request.mark))
    }
}

extension Int64 {
    fileprivate func saturatingAdd(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
