/// How many records the platform API has on one day. Tickets are the requests, and members are users by team.
package struct PlatformCounts: Equatable, Sendable {
    package let accounts: Int
    package let contacts: Int
    package let statuses: Int
    package let teams: Int
    /// Of all teams together; a user may be in two.
    package let members: Int
    /// Of all tickets together.
    package let comments: Int

    init(_ timeline: Timeline) {
        let tickets = timeline.requests, users = timeline.users
        accounts = Self.accounts(tickets: tickets)
        contacts = Self.contacts(accounts: accounts)
        statuses = PlatformStatus.all.count
        teams = Self.teamCount
        members = (0..<Self.teamCount).reduce(0) { $0 + Self.members(ofTeam: $1, users: users).count }
        comments = Self.comments(ofAll: tickets)
    }

    static let teamCount = 3

    static func accounts(tickets: Int) -> Int { 3 + tickets / 40 }

    static func contacts(accounts: Int) -> Int { accounts * 3 + 1 }

    /// Users in turn, and every fifth one in the next team too. Lists that come at once must not look like full pages.
    static func members(ofTeam team: Int, users: Int) -> [Int] {
        var members = (0..<users).filter { $0 % teamCount == team || $0 % 5 == 0 && ($0 + 1) % teamCount == team }
        while looksFull(members.count) { members.removeLast() }
        return members
    }

    private static func looksFull(_ count: Int) -> Bool {
        count > 0 && (count % 10 == 0 || [12, 15, 16, 24, 25, 32, 36, 48, 64, 75, 96, 125, 128, 256, 512].contains(count))
    }

    /// None to four; now and then more than one page of them.
    static func comments(ofTicket index: Int) -> Int { index % 50 == longThread ? longThreadLength : (index * 7 + 3) % 5 }

    private static let longThread = 17
    private static let longThreadLength = 120

    /// The sum, without a look at each: any five tickets in a row have ten comments, but for the long threads.
    static func comments(ofAll tickets: Int) -> Int {
        let rounds = tickets / 50 * 50
        let perRound = 100 - (longThread * 7 + 3) % 5 + longThreadLength
        return rounds / 50 * perRound + (rounds..<tickets).reduce(0) { $0 + comments(ofTicket: $1) }
    }
}

/// A status of tickets, as the platform lists it: those of requests, one more, and their refinements.
enum PlatformStatus {
    case main(RequestStatus)
    case archived
    case refinement(place: Int)

    static let all: [PlatformStatus] = RequestStatus.allCases.map { .main($0) } + [.archived] + SubStatus.all.indices.map { .refinement(place: $0) }
}
