import LakeJSON
import LakeModel

/// Why the pages of a resource cannot be read on. Where it ends the resource or the whole run is said beside each.
package enum FetchFault: Error, Hashable, Sendable {
    /// The run: no connection, no name, a time-out, after all attempts.
    case http(HTTPFault, attempts: Int)
    /// The run: the API keeps answering with a status that asks to come back.
    case unavailable(status: Int, attempts: Int)
    /// The run: the API asks for a wait past the cap.
    case tooLong(until: UTCTime)
    /// The resource: a body that is no JSON. `line` and `column` count from 1.
    case notJSON(JSONFault, page: Int, line: Int, column: Int, record: Int?, looksLikeHTML: Bool)
    /// The resource: a content type that is no JSON.
    case contentType(String, page: Int)
    /// The run: a link or redirect leads to another origin.
    case otherOrigin(from: Origin, to: Origin, page: Int)
    /// The resource: a redirect without a usable target, or one too many.
    case redirect(status: Int, page: Int)
    /// The parent, or the resource where it has none: the request cannot be made of its values.
    case request(RequestProblem)
    /// The resource: the next link of this page is no URL that can be asked.
    case badLink(page: Int)
    /// The resource: a record that the incremental cursor cannot be read of.
    case incremental(IncrementalFault, page: Int)
    /// The run: a link or redirect would leave https for http.
    case fallsToHTTP(from: Origin, to: Origin, page: Int)
    /// The run: what comes from a secret would travel unencrypted to another machine.
    case secretInPlainText(to: Origin)
    /// The run: a secret stands in the body or the path of a request to an origin that may not see it.
    case secretWithheld(from: Origin)
    /// The run: a secret that a request needs has no value.
    case secretMissing(name: String)
    /// The run: there is no OAuth2 token. `origin` is that of the token's address; nil where that is no URL.
    case token(TokenFault, origin: Origin?)
    /// The run, which begins the load anew: a journal remembers other requests than the walk makes.
    case journalOfAnotherWalk(page: Int)
    /// The run, which begins the resource anew: the API does not go on from where an earlier run of the load stopped.
    case resumeRefused(page: Int)
    /// The run: what a journal remembers cannot be read. Whoever gave the journal knows why.
    case journalUnreadable(page: Int)
    /// The run was asked to end.
    case cancelled
}
