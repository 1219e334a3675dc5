import LakeModel

/// A declared API: the checked form of a source definition.
package struct Source: Sendable {
    /// Names the dataset unless the caller gives another name.
    package var name: String
    package var client: Client
    package var resources: [Resource]
    /// SHA-like hexadecimal fingerprint of the definition's meaning; equal definitions have equal fingerprints.
    package var fingerprint: String
    /// The key of hashed personal data; nil where no resource hashes.
    package var hashKey: SecretReference?

    package init(name: String, client: Client, resources: [Resource], fingerprint: String, hashKey: SecretReference? = nil) {
        self.name = name
        self.client = client
        self.resources = resources
        self.fingerprint = fingerprint
        self.hashKey = hashKey
    }
}

package struct Client: Sendable {
    /// `http` or `https`, without a trailing slash.
    package var baseURL: String
    /// Sent with every request, in this order.
    package var headers: [RequestField]
    package var auth: Auth?
    /// At most this many requests a minute to the origin; nil is no limit of our own.
    package var requestsPerMinute: Int?
    /// Requests under way at the same time, of all resources together; nil: `Client.usualConcurrency`.
    package var concurrency: Int?
    /// Where links and redirects may lead besides `baseURL`'s own origin.
    package var allowedOrigins: [AllowedOrigin]

    /// Resources side by side, each with pages read ahead.
    package static let usualConcurrency = 24

    package init(
        baseURL: String, headers: [RequestField] = [], auth: Auth? = nil, requestsPerMinute: Int? = nil, concurrency: Int? = nil,
        allowedOrigins: [AllowedOrigin] = []
    ) {
        self.baseURL = baseURL
        self.headers = headers
        self.auth = auth
        self.requestsPerMinute = requestsPerMinute
        self.concurrency = concurrency
        self.allowedOrigins = allowedOrigins
    }
}

/// `"https://files.example.com"`, or `{"origin": "https://files.example.com", "with_auth": true}`.
package struct AllowedOrigin: Hashable, Sendable {
    /// Scheme, host and port.
    package var origin: String
    /// Whether what came from a secret goes there too.
    package var withAuth: Bool
    package init(origin: String, withAuth: Bool = false) {
        self.origin = origin
        self.withAuth = withAuth
    }
}

/// One endpoint of a source.
package struct Resource: Sendable {
    package var name: String
    package var request: RequestTemplate
    /// In the place of the client's, for this resource alone.
    package var auth: Auth?
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
    /// What to do with answers that would else be faults; the first that matches counts.
    package var responseActions: [ResponseAction]
    package var incremental: Incremental?
    /// A record is exported when all of these hold.
    package var filters: [RecordFilter]
    /// Instead of a name made from the resource's.
    package var tableName: String?
    package var columns: [ColumnHint]
    package var contract: SchemaContract
    package var nestedTables: [NestedTable]
    package var fieldRules: FieldRules
    /// How deep objects and arrays are taken apart; what lies deeper stays JSON.
    package var maxTableNesting: Int
    /// How many keys of one object become columns before it is kept as a map; nil: the usual number.
    package var maxColumnsPerPath: Int?
    /// Whether an export without `--resource` takes it.
    package var selected: Bool
    /// What a number of records that the API states is held against.
    package var totalCheck: TotalCheck
    /// Whether a snapshot without records may take the place of one with records.
    package var allowEmpty: Bool

    package init(
        name: String, request: RequestTemplate, auth: Auth? = nil, dataSelector: Selector? = nil, paginator: Paginator = .auto,
        inheritsPaginator: Bool = false, primaryKey: [Selector] = [], writeDisposition: WriteDisposition = .replace,
        parent: ParentBinding? = nil, responseActions: [ResponseAction] = [], incremental: Incremental? = nil, filters: [RecordFilter] = [],
        tableName: String? = nil, columns: [ColumnHint] = [], contract: SchemaContract = SchemaContract(), nestedTables: [NestedTable] = [],
        fieldRules: FieldRules = FieldRules(), maxTableNesting: Int = 1000, maxColumnsPerPath: Int? = nil, selected: Bool = true,
        totalCheck: TotalCheck = .exact, allowEmpty: Bool = false
    ) {
        self.name = name
        self.request = request
        self.auth = auth
        self.dataSelector = dataSelector
        self.paginator = paginator
        self.inheritsPaginator = inheritsPaginator
        self.primaryKey = primaryKey
        self.writeDisposition = writeDisposition
        self.parent = parent
        self.responseActions = responseActions
        self.incremental = incremental
        self.filters = filters
        self.tableName = tableName
        self.columns = columns
        self.contract = contract
        self.nestedTables = nestedTables
        self.fieldRules = fieldRules
        self.maxTableNesting = maxTableNesting
        self.maxColumnsPerPath = maxColumnsPerPath
        self.selected = selected
        self.totalCheck = totalCheck
        self.allowEmpty = allowEmpty
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
    /// The fields of the parent's record that the request is made of, each once, in the order of the definition.
    package var fields: [Selector]
    /// Fields of the parent's record that become columns of the child's rows.
    package var included: [IncludedField]
    package var onMissingField: MissingFieldAction

    package init(resource: String, fields: [Selector], included: [IncludedField] = [], onMissingField: MissingFieldAction = .partial) {
        self.resource = resource
        self.fields = fields
        self.included = included
        self.onMissingField = onMissingField
    }
}

/// A field of the parent that becomes a column of the child: `include_from_parent`.
package struct IncludedField: Hashable, Sendable {
    package var field: Selector
    /// The member that is added to the child's records: `_users_id` for `id` of `users`, as in dlt.
    package var name: String
    package init(field: Selector, name: String) {
        self.field = field
        self.name = name
    }
}

/// What happens where a record of the parent lacks a field that the request is made of.
package enum MissingFieldAction: String, CaseIterable, Hashable, Sendable {
    /// Nothing is asked for that parent, and the resource is partial.
    case partial
    /// Nothing is asked for that parent; it is counted, and the resource may still be complete.
    case skip
    /// The resource fails.
    case fail
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
