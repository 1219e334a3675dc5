import CCurl

extension HTTPFault {
    /// What a result code of libcurl means. Only faults of TLS carry libcurl's own detail, which names hosts and
    /// certificates; other details could hold a piece of a URL or of a head.
    init(code: Int, easy: CurlEasy, origin: Origin) {
        switch code {
        case CCURLE_URL_MALFORMAT: self = .unsupportedURL(.hostCharacters)
        case CCURLE_COULDNT_RESOLVE_PROXY: self = .couldNotResolveProxy
        case CCURLE_COULDNT_RESOLVE_HOST: self = .couldNotResolve(host: origin.host)
        case CCURLE_COULDNT_CONNECT:
            self = .couldNotConnect(host: origin.host, port: origin.port, errno: Int32(clamping: easy.long(Int(CCURLINFO_OS_ERRNO))))
        case CCURLE_PROXY: self = .proxyFailed
        case CCURLE_OPERATION_TIMEDOUT: self = .timedOut(.connect)
        case CCURLE_PARTIAL_FILE: self = HTTPFault.truncated(easy)
        case CCURLE_SEND_ERROR, CCURLE_RECV_ERROR, CCURLE_GOT_NOTHING, CCURLE_HTTP2, CCURLE_HTTP2_STREAM: self = HTTPFault.lost(easy)
        case CCURLE_BAD_CONTENT_ENCODING, CCURLE_WRITE_ERROR: self = .undecodableBody
        case CCURLE_OUT_OF_MEMORY: self = .outOfMemory
        case CCURLE_TOO_LARGE: self = .headTooLarge(cap: Flight.headCap)
        default:
            let text = String(cString: ccurl_code_text(Int32(clamping: code)))
            let detail = easy.errorDetail.isEmpty ? text : easy.errorDetail
            self = HTTPFault.tlsProblem(code).map { .tls($0, detail: detail) } ?? .protocolError(code: code, text: text)
        }
    }

    private static func tlsProblem(_ code: Int) -> TLSProblem? {
        switch code {
        case CCURLE_PEER_FAILED_VERIFICATION, CCURLE_SSL_PINNEDPUBKEYNOTMATCH, CCURLE_SSL_INVALIDCERTSTATUS, CCURLE_SSL_ISSUER_ERROR: .certificate
        case CCURLE_SSL_CACERT_BADFILE, CCURLE_SSL_CRL_BADFILE: .trustFile
        case CCURLE_SSL_CONNECT_ERROR, CCURLE_SSL_CIPHER, CCURLE_SSL_CERTPROBLEM, CCURLE_SSL_ENGINE_NOTFOUND,
             CCURLE_SSL_ENGINE_SETFAILED, CCURLE_SSL_SHUTDOWN_FAILED: .handshake
        default: nil
        }
    }

    private static func truncated(_ easy: CurlEasy) -> HTTPFault {
        let expected = easy.size(Int(CCURLINFO_CONTENT_LENGTH_DOWNLOAD_T))
        return .truncatedBody(received: max(0, easy.size(Int(CCURLINFO_SIZE_DOWNLOAD_T))), expected: expected < 0 ? nil : expected)
    }

    /// A break is one of the body once some of it had come; one of the tunnel when the proxy had refused.
    private static func lost(_ easy: CurlEasy) -> HTTPFault {
        let tunnel = easy.long(Int(CCURLINFO_HTTP_CONNECTCODE))
        if tunnel >= 300 { return .proxyRefused(status: tunnel) }
        return easy.size(Int(CCURLINFO_SIZE_DOWNLOAD_T)) > 0 ? truncated(easy) : .connectionLost
    }
}
