import LakeFetch
import LakeModel
import LakeSource

/// A look at the first page of a resource, without writing anything: how many records it has, and how the pages go on.
package struct PageOneLook: Sendable {
    package var records: Int?
    package var finding: String
    /// Why the resource would fail; nil where it would not.
    package var failure: ResourceFailure?

    package init(_ job: ExportJob, _ resource: Resource, _ cancellation: Cancellation) throws {
        let session: FetchSession
        do {
            session = try FetchSession(
                baseURL: job.baseURL, headers: job.headers, requestsPerMinute: nil, retry: RetryPolicy(attempts: job.attempts))
        } catch let fault as HTTPFault {
            throw ExportFault.client(fault)
        } catch let problem as URLProblem {
            throw ExportFault.baseURL(problem)
        }
        defer { session.cancel() }
        cancellation.whenCancelled { [weak session] in session?.cancel() }
        let reader = PageReader(resource: resource, session: session, readsAhead: false)
        do throws(FetchFault) {
            let page = try reader.next()
            records = page?.records.count
            if case .failed(.unauthorized)? = reader.end { throw FetchFault.cancelled }
            (finding, failure) = Self.describe(reader, resource)
            page?.recycle()
        } catch {
            if case .signal(let number)? = cancellation.cause { throw ExportFault.cancelled(number) }
            if case .failed(.unauthorized)? = reader.end {
                throw ExportFault.unauthorized(resource: resource.name, page: 1, sent: job.headers["Authorization"] != nil)
            }
            throw ExportFault.fetch(error, resource: resource.name)
        }
    }

    private static func describe(_ reader: PageReader, _ resource: Resource) -> (String, ResourceFailure?) {
        let paging = PaginatorWords.describe(reader.paginator, declared: resource.paginator, selector: reader.detectedSelector)
        switch reader.end {
        case .failed(let reason): return (reason.sentence, ResourceFailure(reason))
        case .partial(let reason): return (reason.sentence, nil)
        case .ended(let evidence): return ("\(paging); \(evidence.sentence)", nil)
        case nil: return (paging + (reader.isProbing ? "; whether there are more pages will be probed" : "; more to come"), nil)
        }
    }
}
