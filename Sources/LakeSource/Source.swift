import LakeModel

/// A declared API: the checked form of a source definition.
package struct Source: Sendable {
    /// Names the dataset unless the caller gives another name.
    package var name: String
    package var client: Client
    package var resources: [Resource]
    /// SHA-like hexadecimal fingerprint of the definition's meaning; equal definitions have equal fingerprints.
    package var fingerprint: String

    package init(name: String, client: Client, resources: [Resource], fingerprint: String) {
        self.name = name
        self.client = client
        self.resources = resources
        self.fingerprint = fingerprint
    }
}

package struct Client: Sendable {
    /// `http` or `https`, without a trailing slash.
    package var baseURL: String
    /// Sent with every request, in this order.
    package var headers: [NamedValue]
    package var auth: Auth?
    /// At most this many requests a minute to the origin; nil is no limit of our own.
    package var requestsPerMinute: Int?

    package init(baseURL: String, headers: [NamedValue] = [], auth: Auth? = nil, requestsPerMinute: Int? = nil) {
        self.baseURL = baseURL
        self.headers = headers
        self.auth = auth
        self.requestsPerMinute = requestsPerMinute
    }
}

package struct NamedValue: Hashable, Sendable {
    package var name: String
    package var value: String
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

package enum Auth: Sendable {
    /// `Authorization: Bearer …`
    case bearer(token: SecretReference)
}

/// Where a secret comes from. The value itself is never part of a `Source` unless the definition spells it out.
package enum SecretReference: Hashable, Sendable {
    /// Looked up by this name: environment, credentials folder, secrets file.
    case named(String)
    /// Written in the definition itself; allowed, with a warning.
    case literal(String)
}

/// One endpoint of a source.
package struct Resource: Sendable {
    package var name: String
    /// Joined to `Client.baseURL` with one slash. May hold the placeholder of `parent`.
    package var path: String
    /// Query parameters in the order of the definition. Values may hold the placeholder of `parent`.
    package var params: [NamedValue]
    package var headers: [NamedValue]
    /// nil: found out from the first response (`auto`).
    package var dataSelector: Selector?
    package var paginator: Paginator
    /// Whether the resource's own endpoint names no paginator: where its path names one entity, one object is then all.
    package var inheritsPaginator: Bool
    /// Selectors into a record; empty: none declared.
    package var primaryKey: [Selector]
    package var writeDisposition: WriteDisposition
    /// Set for a dependent resource.
    package var parent: ParentBinding?
    /// How deep objects and arrays are taken apart; what lies deeper stays JSON.
    package var maxTableNesting: Int
    /// Whether an export without `--resource` takes it.
    package var selected: Bool
    /// What a number of records that the API states is held against.
    package var totalCheck: TotalCheck

    package init(
        name: String, path: String, params: [NamedValue] = [], headers: [NamedValue] = [], dataSelector: Selector? = nil,
        paginator: Paginator = .auto, primaryKey: [Selector] = [], writeDisposition: WriteDisposition = .replace,
        parent: ParentBinding? = nil, maxTableNesting: Int = 1000, selected: Bool = true,
        totalCheck: TotalCheck = .exact, inheritsPaginator: Bool = false
    ) {
        self.name = name
        self.path = path
        self.params = params
        self.headers = headers
        self.dataSelector = dataSelector
        self.paginator = paginator
        self.inheritsPaginator = inheritsPaginator
        self.primaryKey = primaryKey
        self.writeDisposition = writeDisposition
        self.parent = parent
        self.maxTableNesting = maxTableNesting
        self.selected = selected
        self.totalCheck = totalCheck
    }
}

/// How the number of distinct records is compared with the total that the API states.
package enum TotalCheck: String, CaseIterable, Hashable, Sendable {
    /// Between the smallest and the largest total stated.
    case exact
    /// The smallest total stated, or more.
    case atLeast = "at_least"
    case ignore
}

/// A dependent resource asks once per record of its parent.
package struct ParentBinding: Hashable, Sendable {
    /// Name of the parent resource.
    package var resource: String
    /// The field of the parent's record whose value fills the placeholder.
    package var field: Selector
    /// The placeholder as it stands in path or params: `{resources.users.id}`.
    package var placeholder: String

    package init(resource: String, field: Selector, placeholder: String) {
        self.resource = resource
        self.field = field
        self.placeholder = placeholder
    }
}

/// A path into a JSON document: `data.results`, `$`, `['odd key']`, `items[0]`, `a[*].b`.
package struct Selector: Hashable, Sendable, CustomStringConvertible {
    package enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
        case all
    }
    package var steps: [Step]
    /// As it stands in the definition.
    package var description: String

    package init(steps: [Step], description: String) {
        self.steps = steps
        self.description = description
    }
}

/// How the pages of a resource follow each other, in dlt's vocabulary.
package enum Paginator: Hashable, Sendable {
    /// Found out from the responses.
    case auto
    case singlePage
    case cursor(CursorPaginator)
    case pageNumber(PageNumberPaginator)
    case offset(OffsetPaginator)
    /// The body holds the URL of the next page.
    case jsonLink(nextURLPath: Selector)
    /// The `Link` header of RFC 8288 holds the URL of the next page under this relation.
    case headerLink(relation: String)
}

package struct CursorPaginator: Hashable, Sendable {
    package var cursorPath: Selector
    package var cursorParam: String
    package var stopAfterEmptyPage: Bool
    package init(cursorPath: Selector, cursorParam: String = "cursor", stopAfterEmptyPage: Bool = false) {
        self.cursorPath = cursorPath
        self.cursorParam = cursorParam
        self.stopAfterEmptyPage = stopAfterEmptyPage
    }
}

package struct PageNumberPaginator: Hashable, Sendable {
    /// The number that the API gives to the first of all pages.
    package var basePage: Int
    /// The page that is asked for first; `basePage` unless the definition starts later.
    package var firstPage: Int
    package var pageParam: String
    /// Where the response states the number of pages; nil: nowhere.
    package var totalPath: Selector?
    /// No page past this one is asked for; reaching it is a bound, not an end.
    package var maximumPage: Int?
    package init(
        basePage: Int = 0, firstPage: Int? = nil, pageParam: String = "page", totalPath: Selector? = nil,
        maximumPage: Int? = nil
    ) {
        self.basePage = basePage
        self.firstPage = firstPage ?? basePage
        self.pageParam = pageParam
        self.totalPath = totalPath
        self.maximumPage = maximumPage
    }
}

package struct OffsetPaginator: Hashable, Sendable {
    package var limit: Int
    package var offset: Int
    package var limitParam: String
    package var offsetParam: String
    /// Where the response states the number of records; nil: nowhere.
    package var totalPath: Selector?
    /// No record past this offset is asked for; reaching it is a bound, not an end.
    package var maximumOffset: Int?
    package init(
        limit: Int, offset: Int = 0, limitParam: String = "limit", offsetParam: String = "offset",
        totalPath: Selector? = nil, maximumOffset: Int? = nil
    ) {
        self.limit = limit
        self.offset = offset
        self.limitParam = limitParam
        self.offsetParam = offsetParam
        self.totalPath = totalPath
        self.maximumOffset = maximumOffset
    }
}
