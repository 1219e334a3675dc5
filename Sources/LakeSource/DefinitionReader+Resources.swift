import LakeJSON
import LakeModel

/// A resource and where it stands.
struct ResourceDraft {
    let path: String
    /// Where the first placeholder of the parent stands.
    var placeholderPath: String?
    /// The names of its tables, as far as the definition gives them.
    var tableNames: [TableNameDraft] = []
    var resource: Resource
}

/// The members of the default endpoint that are merged one by one.
struct EndpointDefaults {
    var params: Fields?
    var json: Fields?
}

/// `resource_defaults`, taken apart, and what holds for the whole source.
private struct Defaults {
    var resource: Fields?
    var endpoint: Fields?
    var members = EndpointDefaults()
    var contract = SchemaContract()
}

/// What a resource says of its tables and columns.
private struct ResourceTables {
    var columns: DeclaredColumns
    var contract: SchemaContract
    var nested: NestedDrafts
}

extension DefinitionReader {
    mutating func resources(_ root: Fields, client: Client, clientPaginator: Paginator?) -> [Resource] {
        var defaults = self.defaults(root)
        defaults.contract = contract(root.present("schema_contract"), over: SchemaContract())
        guard let node = root.present("resources") else {
            report(.missingKey("resources", expected: "a list of resources"), at: "")
            return []
        }
        guard let nodes = list(node, expected: "a list of resources") else { return [] }
        if nodes.isEmpty { report(.badValue(expected: "at least one resource", found: nil), at: node.path) }
        let drafts = nodes.compactMap { draft($0, defaults, client, clientPaginator) }
        checkNames(drafts)
        checkTableNames(drafts)
        checkParents(drafts)
        checkIncludedFromParents(drafts)
        return drafts.map(\.resource)
    }

    private mutating func defaults(_ root: Fields) -> Defaults {
        guard let node = root.present("resource_defaults"), let resource = fields(node, .resourceDefaults) else { return Defaults() }
        guard let endpoint = resource.present("endpoint").flatMap({ self.endpoint($0) }) else { return Defaults(resource: resource) }
        let members = EndpointDefaults(
            params: endpoint.present("params").flatMap { self.members($0) },
            json: endpoint.present("json").flatMap { $0.value.object == nil ? nil : self.members($0) })
        return Defaults(resource: resource, endpoint: endpoint, members: members)
    }

    /// An endpoint: its path, or an object.
    private mutating func endpoint(_ node: Node) -> Fields? {
        if node.value.string != nil { return Fields(path: node.path, nodes: [("path", node)]) }
        guard node.value.object != nil else {
            report(.wrongType(expected: "a path or an object", found: node.value.kindInWords), at: node.path)
            return nil
        }
        return fields(node, .endpoint)
    }

    private mutating func draft(_ node: Node, _ defaults: Defaults, _ client: Client, _ clientPaginator: Paginator?) -> ResourceDraft? {
        var own = Fields(path: node.path, nodes: [("name", node)])
        if node.value.string == nil {
            guard node.value.object != nil else {
                report(.wrongType(expected: "a name or an object", found: node.value.kindInWords), at: node.path)
                return nil
            }
            guard let fields = fields(node, .resource) else { return nil }
            own = fields
        }
        guard let name = resourceName(own) else { return nil }
        let ownEndpoint = own.present("endpoint").flatMap { self.endpoint($0) }
        let endpoint = (ownEndpoint ?? Fields(path: node.path, nodes: [])).over(defaults.endpoint)
        let fields = own.over(defaults.resource)
        let tables = self.tables(own, fields, defaults)
        var draft = draft(name, fields, endpoint, defaults.members, client, clientPaginator, tables.columns)
        declare(tables, fields, &draft)
        return draft
    }

    private mutating func tables(_ own: Fields, _ fields: Fields, _ defaults: Defaults) -> ResourceTables {
        let contract = contract(own, defaults.resource, source: defaults.contract)
        let nested = nestedHints(fields, contract: contract)
        let columns = columns(own, defaults.resource, nested: nested.columns)
        checkTables(nested.tables, columns)
        return ResourceTables(columns: columns, contract: contract, nested: nested)
    }

    private mutating func declare(_ tables: ResourceTables, _ fields: Fields, _ draft: inout ResourceDraft) {
        draft.resource.columns = tables.columns.hints
        draft.resource.contract = tables.contract
        draft.resource.nestedTables = tables.nested.tables
        draft.resource.tableName = tableName(fields)
        draft.resource.maxColumnsPerPath = integer(fields, "max_columns_per_path", atLeast: 1)
        draft.resource.fieldRules = fieldRules(fields, draft.resource, tables.columns)
        let root = draft.resource.tableName.map { TableNameDraft(name: $0, path: fields.present("table_name")?.path ?? draft.path) }
        draft.tableNames = [root ?? TableNameDraft(name: draft.resource.name, path: draft.path, isGiven: false)] + tables.nested.names
    }

    private mutating func draft(
        _ name: String, _ fields: Fields, _ endpoint: Fields, _ defaults: EndpointDefaults, _ client: Client, _ clientPaginator: Paginator?,
        _ columns: DeclaredColumns
    ) -> ResourceDraft {
        var findings = RequestFindings()
        let key = primaryKey(fields, columns)
        var resource = Resource(name: name, request: request(endpoint, of: name, defaults, client, key: key, &findings), primaryKey: key)
        for node in [endpoint.present("incremental"), fields.present("incremental")] {
            if let declared = node.flatMap({ incremental($0, key: key) }) { declare(declared, &findings) }
        }
        useIncremental(findings, &resource)
        resource.auth = endpoint.present("auth").flatMap { auth($0) }
        resource.dataSelector = dataSelector(endpoint)
        let declared = endpoint.present("paginator").flatMap { paginator($0) }
        resource.paginator = declared ?? clientPaginator ?? .auto
        resource.inheritsPaginator = declared == nil
        checkBody(resource.request, resource.paginator, endpoint)
        resource.responseActions = responseActions(endpoint)
        resource.totalCheck = choice(endpoint, "total_check", TotalCheck.self) ?? .exact
        resource.writeDisposition = writeDisposition(fields, hasKey: !key.isEmpty, findings.incremental)
        resource.filters = filters(fields)
        resource.maxTableNesting = integer(fields, "max_table_nesting", atLeast: 0) ?? 1000
        resource.selected = bool(fields, "selected") ?? true
        resource.allowEmpty = bool(fields, "allow_empty") ?? false
        // Says how dlt uses threads. Here the client's limits do; the key changes nothing.
        _ = bool(fields, "parallelized")
        resource.parent = parent(fields, findings.uses)
        return ResourceDraft(path: fields.path, placeholderPath: findings.uses.first?.path, resource: resource)
    }

    /// The declared cursor, and the parameters that it adds to the request. As in dlt, they take the place of parameters of
    /// the same name.
    private mutating func useIncremental(_ findings: RequestFindings, _ resource: inout Resource) {
        guard let incremental = findings.incremental?.value else {
            if let path = findings.incrementalPath { report(.needs("incremental"), at: path) }
            return
        }
        resource.incremental = incremental
        for (name, value) in [(incremental.startParam, IncrementalValue.startValue), (incremental.endParam, .endValue)] {
            guard let name else { continue }
            let field = RequestField(name, .template(Template(of: value)))
            if resource.request.params.contains(field) { continue }
            resource.request.params.removeAll { $0.name == name }
            resource.request.params.append(field)
        }
    }

    private mutating func resourceName(_ fields: Fields) -> String? {
        guard let node = fields.present("name") else {
            report(.missingKey("name", expected: "the name of the resource"), at: fields.path)
            return nil
        }
        guard let name = string(node) else { return nil }
        let plain = name.allSatisfy { $0.isLetter || $0.isNumber || "_-/".contains($0) }
        if !plain || name.utf8.count > 100 {
            let rule = "a name of letters, digits, '_', '-' and '/', at most 100 bytes long"
            report(.badValue(expected: rule, found: name), at: node.path)
        }
        return name
    }
}
