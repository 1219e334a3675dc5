/// How many records of each resource a sandbox serves on one day.
package struct SandboxCounts: Equatable, Sendable {
    /// The same for `requests` and `requests/v3`.
    package let requests: Int
    package let users: Int
    package let customFields: Int
    package let subStatuses: Int
    /// Of the platform API, whose tickets are as many as the requests.
    package let platform: PlatformCounts
    /// Of `requests`, those that the day before did not have. 0 on day 1.
    package let newRequests: Int
    /// Of `requests`, those that the day before had, and that changed. 0 on day 1.
    package let changedRequests: Int

    package subscript(_ path: SandboxPath) -> Int {
        switch path {
        case .requests, .v3Requests: requests
        case .users, .user: users
        case .customFields: customFields
        case .subStatuses: subStatuses
        case .tickets: requests
        case .ticketStatuses: platform.statuses
        case .accounts: platform.accounts
        case .contacts: platform.contacts
        case .platformFields: customFields
        case .teams: platform.teams
        case .members: platform.members
        case .comments: platform.comments
        case .unknown: 0
        }
    }
}

extension SandboxOptions {
    /// What an export of this day has to find. `day` is the options' own where nil.
    package func expectedCounts(day: Int? = nil) -> SandboxCounts {
        let day = day ?? self.day
        precondition(day >= 1, "days count from 1")
        let timeline = Timeline(seed: seed, requests: requests, users: users, day: day)
        return SandboxCounts(
            requests: timeline.requests,
            users: timeline.users,
            customFields: FieldDefinition.all.count,
            subStatuses: SubStatus.all.count,
            platform: PlatformCounts(timeline),
            newRequests: timeline.arrivals(onDay: day),
            changedRequests: timeline.changes(onDay: day))
    }
}
