/// The head of an answer.
struct AnswerHead {
    var status = 200
    var contentType = "application/json; charset=utf-8"
    var headers: [String: String] = [:]
    var closes = false
    let bodyBytes: Int

    /// The bytes on the wire, sorted so that they are the same each time.
    func write(to out: inout ByteBuffer) {
        out.add("HTTP/1.1 ")
        out.add(status)
        out.add(" ")
        out.add(text: reasonPhrase(status))
        out.add("\r\nContent-Type: ")
        out.add(text: contentType)
        if AnswerHead.hasLength(status) {
            out.add("\r\nContent-Length: ")
            out.add(bodyBytes)
        }
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            out.add("\r\n")
            out.add(text: name)
            out.add(": ")
            out.add(text: value)
        }
        out.add(closes ? "\r\nConnection: close\r\n\r\n" : "\r\nConnection: keep-alive\r\n\r\n")
    }

    /// These end with their head (RFC 9110, 6.4.1).
    static func hasLength(_ status: Int) -> Bool { status != 204 && status != 304 }
}

func reasonPhrase(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 204: "No Content"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 304: "Not Modified"
    case 307: "Temporary Redirect"
    case 308: "Permanent Redirect"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 410: "Gone"
    case 422: "Unprocessable Entity"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    default: "Status \(status)"
    }
}
