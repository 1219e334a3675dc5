/// What is to be answered. Decided from the head alone, before a byte of the body is made.
enum Plan: Equatable {
    /// Records `range` of a list with a cursor. `loopCursor` is named as the next cursor in place of the right one.
    case cursorPage(SandboxPath, range: Range<Int>, loopCursor: String?)
    case numberedPage(range: Range<Int>, page: Int, size: Int)
    case users
    case user(Int)
    case customFields
    case subStatuses
    case platform(PlatformPlan)
    case refusal(Refusal)
}

/// An error in the manner of NestJS: `{"statusCode":404,"message":"Cannot GET /x","error":"Not Found"}`.
struct Refusal: Equatable {
    let status: Int
    /// Validation errors come as a list.
    var messages: [String]
    var isList = false
    var headers: [String: String] = [:]

    static func invalid(_ message: String) -> Refusal { Refusal(status: 400, messages: [message], isList: true) }
}

/// Head → plan. Pure.
struct Router: Sendable {
    let book: Book
    private let authorization: String
    private let apiKey: String
    let largestPage: Int
    private let loopsCursor: Bool

    init(_ options: SandboxOptions, _ book: Book) {
        self.book = book
        authorization = "Bearer " + options.bearerToken
        apiKey = options.apiKey
        largestPage = options.faults.reduce(Limit.page) { smallest, fault in
            if case .capLimit(let limit) = fault { min(smallest, limit) } else { smallest }
        }
        loopsCursor = options.faults.contains(.cursorLoop)
    }

    /// Which path a request is counted under.
    static func path(of head: RequestHead) -> SandboxPath { place(of: head).path }

    /// As the API's framework does: first the path, then the method, the token, and the query last.
    func plan(_ head: RequestHead) -> Plan {
        let (path, id) = Router.place(of: head)
        guard path != .unknown else {
            return .refusal(Refusal(status: 404, messages: ["Cannot \(head.method) \(head.path)"]))
        }
        guard head.method == "GET" else {
            return .refusal(Refusal(status: 405, messages: ["Method Not Allowed"], headers: ["Allow": "GET"]))
        }
        if SandboxPath.platform.contains(path) {
            return head.apiKey == apiKey ? platform(path, id, head) : .refusal(Refusal(status: 401, messages: ["Unauthorized"]))
        }
        guard head.authorization == authorization else {
            return .refusal(Refusal(status: 401, messages: ["Unauthorized"], headers: ["WWW-Authenticate": "Bearer"]))
        }
        switch path {
        case .requests, .v3Requests: return list(path, head)
        case .users: return .users
        case .user: return user(id)
        case .customFields: return .customFields
        case .subStatuses: return .subStatuses
        default: preconditionFailure("answered above")
        }
    }

    private static func place(of head: RequestHead) -> (path: SandboxPath, id: String) {
        if head.path.hasPrefix(SandboxPath.platformBase + "/") { return platformPlace(of: head) }
        guard head.path.hasPrefix(SandboxPath.base + "/") else { return (.unknown, "") }
        var rest = head.path.dropFirst(SandboxPath.base.count + 1)
        if rest.last == "/" { rest = rest.dropLast() }
        if let path = SandboxPath(rawValue: String(rest)), path != .user, !SandboxPath.platform.contains(path) { return (path, "") }
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0] == "users" ? (.user, String(parts[1])) : (.unknown, "")
    }

    private func user(_ id: String) -> Plan {
        guard let id = ObjectID(Array(id.utf8)), let index = book.userIndex(id) else {
            return .refusal(Refusal(status: 404, messages: ["User not found"]))
        }
        return .user(index)
    }
}

// MARK: Lists of requests

extension Router {
    private func list(_ path: SandboxPath, _ head: RequestHead) -> Plan {
        var size = min(Limit.defaultPage, largestPage)
        if let text = head.value(of: "limit") {
            guard let limit = positive(text) else { return .refusal(.invalid("limit must be a positive integer")) }
            size = min(limit, largestPage)
        }
        guard let page = head.value(of: "page") else { return cursorPage(path, head.value(of: "next_cursor") ?? "", size) }
        guard let page = positive(page) else { return .refusal(.invalid("page must be a positive integer")) }
        let start = (page - 1).multipliedReportingOverflow(by: size)
        let first = start.overflow ? book.timeline.requests : start.partialValue
        return .numberedPage(range: range(from: first, size), page: page, size: size)
    }

    private func cursorPage(_ path: SandboxPath, _ cursor: String, _ size: Int) -> Plan {
        guard !cursor.isEmpty else { return .cursorPage(path, range: range(from: 0, size), loopCursor: nil) }
        guard let id = ObjectID(cursor: cursor), let last = book.requestIndex(id) else {
            return .refusal(.invalid("next_cursor is invalid"))
        }
        return .cursorPage(path, range: range(from: last + 1, size), loopCursor: loopsCursor ? cursor : nil)
    }

    private func range(from first: Int, _ size: Int) -> Range<Int> {
        let start = min(first, book.timeline.requests)
        return start..<min(start + size, book.timeline.requests)
    }

    /// A number from 1 on. One that no integer holds is as good as the largest.
    func positive(_ text: String) -> Int? { count(text).flatMap { $0 > 0 ? $0 : nil } }

    /// A number from 0 on.
    func count(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return Int(text) ?? Int.max
    }
}
