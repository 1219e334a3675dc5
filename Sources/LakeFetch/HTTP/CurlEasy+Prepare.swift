import CCurl

extension CurlEasy {
    private static let protocolNamesSince = 0x075500  // 7.85.0
    private static let quickExitSince = 0x075700  // 7.87.0

    /// All settings of one request, on a handle that was reset.
    func prepare(for exchange: Exchange, options: HTTPClient.Options) {
        let request = exchange.request
        set(CCURLOPT_URL, exchange.sentURL)
        set(CCURLOPT_USERAGENT, options.userAgent)
        set(CCURLOPT_CONNECTTIMEOUT_MS, Int(max(1, min(request.timeouts.connect.wholeMilliseconds, Int64(Int32.max)))))
        prepareTrust(options)
        prepareProtocol(options)
        // A proxy would look for this machine at its own place, and carry away what may travel in plain text only here.
        if exchange.origin.isLoopback { set(CCURLOPT_NOPROXY, "*") }
        prepareMessage(request)
    }

    private func prepareTrust(_ options: HTTPClient.Options) {
        set(CCURLOPT_SSL_VERIFYPEER, 1)
        set(CCURLOPT_SSL_VERIFYHOST, 2)
        if let file = options.caFile {
            set(CCURLOPT_CAINFO, file)
            set(CCURLOPT_PROXY_CAINFO, file)
        }
        // Secrets come from us alone, and go where we say: no credentials from files or URLs, no redirects.
        set(CCURLOPT_NETRC, 0)
        set(CCURLOPT_FOLLOWLOCATION, 0)
        set(CCURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        if Int(ccurl_version_number()) >= CurlEasy.protocolNamesSince {
            set(CCURLOPT_PROTOCOLS_STR, "http,https")
        } else {
            set(CCURLOPT_PROTOCOLS, CCURLPROTO_HTTP | CCURLPROTO_HTTPS)
        }
    }

    private func prepareProtocol(_ options: HTTPClient.Options) {
        set(CCURLOPT_NOSIGNAL, 1)
        set(CCURLOPT_BUFFERSIZE, options.bufferBytes)
        set(CCURLOPT_ACCEPT_ENCODING, "")
        set(CCURLOPT_TCP_KEEPALIVE, 1)
        set(CCURLOPT_HTTP09_ALLOWED, 0)
        set(CCURLOPT_PATH_AS_IS, 1)
        set(CCURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        if Int(ccurl_version_number()) >= CurlEasy.quickExitSince { set(CCURLOPT_QUICK_EXIT, 1) }
    }

    private func prepareMessage(_ request: HTTPRequest) {
        // A line that ends in a colon takes libcurl's own header away; one that ends in a semicolon is an empty one.
        var lines = request.headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        if request.method == .head {
            set(CCURLOPT_NOBODY, 1)
        } else if let body = request.body ?? request.method.emptyBody {
            setBody(body)
            lines.append("Expect:")
            if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
        }
        if request.method != .head { set(CCURLOPT_CUSTOMREQUEST, request.method.rawValue) }
        setHeaders(lines)
    }
}

extension HTTPRequest.Method {
    /// Methods that need a `Content-Length: 0` when nothing is sent (RFC 9110, section 8.6).
    fileprivate var emptyBody: [UInt8]? {
        switch self {
        case .post, .put, .patch: []
        case .get, .head, .delete: nil
        }
    }
}
