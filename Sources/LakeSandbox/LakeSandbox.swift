/// A loopback Thena API with seeded data, drift between days, and faults on request.
///
/// In: `SandboxOptions`. Out: an HTTP/1.1 server on 127.0.0.1. Touches loopback sockets and its own threads, nothing
/// else. Throws `SandboxFault`. Records are made from their index while a page is written and never stored, so a
/// million of them need no more memory than a thousand.
///
/// Below the base URL:
///
///     requests               data.results and data.next_cursor; with `page` in the query data.requests and page_info
///     requests/v3            the same requests with fewer fields
///     users                  data, all users at once, whatever `limit` and `page` say
///     users/{id}             data, one object
///     requests/custom-fields data, a short array
///     requests/sub-status    a bare array
///
/// Below the platform base URL, with another key and tickets that are the same requests in other clothes:
///
///     v1/tickets             data, pages from 0 on
///     v1/tickets/status      data, all at once
///     v1/accounts            a bare array, pages from 0 on
///     v1/accounts/contacts   a bare array, pages from 1 on
///     v1/custom-field        data, pages from 0 on
///     v1/teams               data, all at once
///     v1/teams/{id}/members  data, all at once
///     v1/comments            data, pages from 0 on, of the ticket that entityId names
package final class Sandbox: Sendable {
    package let options: SandboxOptions
    private let server: Server

    /// Checks the options. Nothing listens before `start()`.
    package init(_ options: SandboxOptions = SandboxOptions()) throws(SandboxFault) {
        try options.check()
        self.options = options
        self.server = Server(options)
    }

    deinit { server.stop() }

    /// Binds 127.0.0.1 and serves until `stop()`.
    /// - Returns: the port, chosen by the system where the options say 0.
    @discardableResult
    package func start() throws(SandboxFault) -> UInt16 { try server.start() }

    /// Closes every connection, also those that wait, and returns when all threads have ended. May be called twice.
    package func stop() { server.stop() }

    /// `http://127.0.0.1:40123/rest/v2`; nil while nothing listens.
    package var baseURL: String? { server.port.map { "http://127.0.0.1:\($0)" + SandboxPath.base } }

    /// `http://127.0.0.1:40123/platform`; nil while nothing listens.
    package var platformBaseURL: String? { server.port.map { "http://127.0.0.1:\($0)" + SandboxPath.platformBase } }

    /// What was served so far, and who is connected now.
    package var tally: SandboxTally { server.tally }
}

/// Why a sandbox does not start.
package enum SandboxFault: Error, Equatable, Sendable {
    /// A number outside its range.
    case badOption(name: String, value: Int, allowed: ClosedRange<Int>)
    /// `start()` on a sandbox that listens already.
    case alreadyRunning
    /// A system call failed; `code` is its errno.
    case system(call: String, code: Int32)
}

/// The paths below the two base URLs.
package enum SandboxPath: String, CaseIterable, Sendable {
    case requests
    case v3Requests = "requests/v3"
    case users
    case user = "users/{id}"
    case customFields = "requests/custom-fields"
    case subStatuses = "requests/sub-status"
    case tickets = "v1/tickets"
    case ticketStatuses = "v1/tickets/status"
    case accounts = "v1/accounts"
    case contacts = "v1/accounts/contacts"
    case platformFields = "v1/custom-field"
    case teams = "v1/teams"
    case members = "v1/teams/{id}/members"
    case comments = "v1/comments"
    /// Everything else; answered with 404.
    case unknown = ""

    package static let base = "/rest/v2"
    package static let platformBase = "/platform"
    static let platform: Set<SandboxPath> = [.tickets, .ticketStatuses, .accounts, .contacts, .platformFields, .teams, .members, .comments]
}

/// What a sandbox has served.
package struct SandboxTally: Equatable, Sendable {
    /// Requests whose head could be read, whatever the answer.
    package var requests = 0
    package var requestsByPath: [SandboxPath: Int] = [:]
    package var openConnections = 0
    /// Connections accepted since the sandbox was made.
    package var connections = 0
}

/// What a sandbox tells its observer, in order for each connection.
package enum SandboxEvent: Equatable, Sendable {
    case connected(open: Int)
    /// A request was read and is about to be answered. `number` counts from 1 over all connections.
    case received(number: Int, path: SandboxPath)
    case disconnected(open: Int)
}
