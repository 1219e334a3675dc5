/// What is to be answered by the platform API.
enum PlatformPlan: Equatable {
    case tickets(Range<Int>)
    case statuses
    case accounts(Range<Int>)
    case contacts(Range<Int>)
    case fields(Range<Int>)
    case teams
    case members(team: Int)
    case comments(ticket: Int, Range<Int>)
}

extension Router {
    /// `/platform/v1/teams/T000000002/members` → `.members`, `T000000002`
    static func platformPlace(of head: RequestHead) -> (path: SandboxPath, id: String) {
        var rest = head.path.dropFirst(SandboxPath.platformBase.count + 1)
        if rest.last == "/" { rest = rest.dropLast() }
        if let path = SandboxPath(rawValue: String(rest)), path != .members, SandboxPath.platform.contains(path) { return (path, "") }
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        let isTeam = parts.count == 4 && parts[0] == "v1" && parts[1] == "teams" && parts[3] == "members"
        return isTeam ? (.members, String(parts[2])) : (.unknown, "")
    }

    /// The key was checked.
    func platform(_ path: SandboxPath, _ id: String, _ head: RequestHead) -> Plan {
        let counts = PlatformCounts.self
        let tickets = book.timeline.requests, accounts = counts.accounts(tickets: tickets)
        switch path {
        case .tickets: return page(head, of: tickets) { .tickets($0) }
        case .ticketStatuses: return .platform(.statuses)
        case .accounts: return page(head, of: accounts) { .accounts($0) }
        case .contacts: return page(head, of: counts.contacts(accounts: accounts), base: 1) { .contacts($0) }
        case .platformFields: return page(head, of: book.fields.count) { .fields($0) }
        case .teams: return .platform(.teams)
        case .members:
            guard let team = (0..<counts.teamCount).first(where: { book.platformID("T", $0) == id }) else {
                return .refusal(Refusal(status: 404, messages: ["Team not found"]))
            }
            return .platform(.members(team: team))
        case .comments: return comments(head)
        default: preconditionFailure("no path of the platform")
        }
    }

    private func comments(_ head: RequestHead) -> Plan {
        guard head.value(of: "entityType") == "ticket" else { return .refusal(.invalid("entityType must be one of: ticket")) }
        guard let id = head.value(of: "entityId"), !id.isEmpty else { return .refusal(.invalid("entityId should not be empty")) }
        guard let ticket = book.ticketIndex(id) else { return .refusal(Refusal(status: 404, messages: ["Ticket not found"])) }
        return page(head, of: PlatformCounts.comments(ofTicket: ticket)) { .comments(ticket: ticket, $0) }
    }

    /// - Parameter base: the number of the first page; the lists do not agree on it.
    private func page(_ head: RequestHead, of total: Int, base: Int = 0, _ plan: (Range<Int>) -> PlatformPlan) -> Plan {
        var size = min(Limit.platformDefaultPage, largestPage)
        if let text = head.value(of: "limit") {
            guard let limit = positive(text) else { return .refusal(.invalid("limit must not be less than 1")) }
            size = min(limit, Limit.platformPage, largestPage)
        }
        guard let number = count(head.value(of: "page") ?? "\(base)"), number >= base else {
            return .refusal(.invalid("page must not be less than \(base)"))
        }
        let start = (number - base).multipliedReportingOverflow(by: size)
        let first = start.overflow ? total : min(start.partialValue, total)
        return .platform(plan(first..<min(first + size, total)))
    }
}
