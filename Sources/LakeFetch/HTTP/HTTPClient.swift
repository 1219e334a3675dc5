import CCurl
import Glibc
import LakeModel
import LakeThreads

/// Speaks HTTP with libcurl, on one thread of its own, for any number of threads that ask and wait.
///
/// In: `HTTPRequest`. Out: `HTTPResponse`, whatever its status, or an `HTTPFault`. Touches: the network, and through
/// libcurl the variables `http_proxy`, `https_proxy`, `no_proxy`. Connections are kept alive and reused; redirects are
/// not followed; bodies are unpacked; nothing is retried here (`RetryPolicy` decides that).
///
///     let client = try HTTPClient()
///     let response = try client.start(HTTPRequest(url: "https://example.com/items")).wait()
///
/// The client must live as long as its transfers: when it goes, they end with `.cancelled`.
package final class HTTPClient: Sendable {
    package struct Options: Hashable, Sendable {
        /// A file of PEM certificates to trust instead of the system's. nil: the one named by `SSL_CERT_FILE`, which
        /// libcurl as a library does not look at by itself; without it the system's.
        package var caFile: String?
        package var userAgent: String
        /// Of one read from the network. Small ones cost twice the time on large pages.
        package var bufferBytes: Int
        /// Connections kept, in use or idle, before the longest idle one is closed.
        package var keptConnections: Int
        /// Transfers under way at the same time. Further ones wait in the order in which they were started, and their
        /// time limits begin when their turn comes.
        package var transfers: Int

        package init(
            caFile: String? = nil, userAgent: String = "restlake/" + restlakeVersion,
            bufferBytes: Int = 256 << 10, keptConnections: Int = 64, transfers: Int = 256
        ) {
            self.caFile = caFile ?? getenv("SSL_CERT_FILE").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
            self.userAgent = userAgent
            self.bufferBytes = bufferBytes
            self.keptConnections = keptConnections
            self.transfers = max(1, transfers)
        }
    }

    private let mailbox: Mailbox
    private let thread: DedicatedThread
    private let hasEnded = Monitor(false)

    /// - Throws: `.libraryMissing`, or `.clientUnavailable` when the system refuses memory or a thread.
    package init(options: Options = Options()) throws(HTTPFault) {
        if let sentence = ccurl_unavailable() { throw .libraryMissing(String(cString: sentence)) }
        guard let multi = CurlMulti(keptConnections: options.keptConnections) else { throw .clientUnavailable }
        let mailbox = Mailbox(multi)
        guard let thread = try? DedicatedThread({ TransferLoop.run(mailbox: mailbox, multi: multi, options: options) }) else {
            multi.free()
            throw .clientUnavailable
        }
        self.mailbox = mailbox
        self.thread = thread
    }

    deinit { close() }

    /// Starts a request and returns at once. Whatever is wrong with it is told by `wait`.
    package func start(_ request: HTTPRequest) -> HTTPTransfer {
        let exchange = Exchange(request)
        if !exchange.isFinished { mailbox.submit(exchange) }
        return HTTPTransfer(exchange: exchange, mailbox: mailbox)
    }

    /// Every transfer that has not ended ends with `.cancelled`, and so does every later one.
    package func cancelAll() { mailbox.stop(closing: false) }

    /// `cancelAll`, and ends the thread. Returns when that has ended; safe to call again, from any thread.
    package func close() {
        if mailbox.stop(closing: true) {
            thread.join()
            hasEnded.change { $0 = true }
        } else {
            _ = hasEnded.wait { $0 ? true : nil }
        }
    }

    /// libcurl's description of itself, such as `libcurl/7.88.1 OpenSSL/3.0.15 zlib/1.2.13 …`; nil without it.
    package static var libraryVersion: String? {
        ccurl_unavailable() == nil ? String(cString: ccurl_version_text()) : nil
    }
}
