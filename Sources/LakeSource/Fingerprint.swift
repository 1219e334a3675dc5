import LakeJSON

extension Source {
    /// A canonical text of what the definition means, for the fingerprint: comments, order of keys, shorthands and
    /// defaults make no difference. The name and every value that may be a secret stay out.
    static func canonicalText(client: Client, resources: [Resource], hashKey: SecretReference?) -> String {
        JSONValue.object([
            "base_url": .string(canonicalURL(client.baseURL)),
            "headers": canonical(client.headers),
            "auth": client.auth?.canonical,
            "rate_limit": client.requestsPerMinute.map { .int($0) },
            "concurrency": client.concurrency.map { .int($0) },
            "allowed_origins": .array(client.allowedOrigins.map { [.string($0.origin), .bool($0.withAuth)] }),
            "resources": .array(resources.map(\.canonical)), "hash_key": hashKey?.canonical,
        ]).text(pretty: false)
    }
}

/// Scheme and host are the same in upper and lower case.
private func canonicalURL(_ url: String) -> String {
    DefinitionURL.origin(of: url).map { $0 + DefinitionURL.pathText(of: url) } ?? url
}

private func canonical(_ fields: [RequestField]) -> JSONValue {
    .array(fields.map { field in
        switch field.value {
        case .secret(let reference): [.string(field.name), reference.canonical]
        // What is written under the name of a credential is taken for one.
        case .template(let template) where template.fixedText != nil && looksLikeSecret(field.name): [.string(field.name)]
        case .template(let template): [.string(field.name), .string(template.canonical)]
        }
    })
}

extension SecretReference {
    /// The name; of a literal, that it is one.
    fileprivate var canonical: JSONValue {
        switch self {
        case .named(let name): ["secret", .string(name)]
        case .literal: ["secret"]
        }
    }
}

extension Auth {
    fileprivate var canonical: JSONValue {
        switch self {
        case .bearer(let token): ["bearer", token.canonical]
        case .apiKey(let name, let key, let location): ["api_key", .string(name), key.canonical, .string(location.rawValue)]
        case .httpBasic(let username, let password): ["http_basic", username.canonical, password.canonical]
        case .oauth2ClientCredentials(let client):
            [
                "oauth2_client_credentials", .string(canonicalURL(client.tokenURL)), client.clientID.canonical, client.clientSecret.canonical,
                LakeSource.canonical(client.requestData), .int(client.defaultExpirationSeconds), client.accessToken?.canonical ?? .null,
            ]
        }
    }
}

extension Resource {
    fileprivate var canonical: JSONValue {
        .object([
            "name": .string(name), "request": request.canonical, "auth": auth?.canonical,
            "data_selector": dataSelector?.canonical, "paginator": paginator.canonical, "inherits_paginator": .bool(inheritsPaginator),
            "primary_key": .array(primaryKey.map(\.canonical)), "write_disposition": .string(writeDisposition.rawValue),
            "parent": parent?.canonical, "response_actions": .array(responseActions.map(\.canonical)), "incremental": incremental?.canonical,
            "filter": .array(filters.map { [$0.path.canonical, .string($0.operation.rawValue), $0.value] }),
            "max_table_nesting": .int(maxTableNesting), "selected": .bool(selected), "total_check": .string(totalCheck.rawValue),
            "allow_empty": .bool(allowEmpty),
            // What a definition may leave out stays out, so that one from before they came keeps its fingerprint.
            "table_name": tableName.map { .string($0) }, "columns": list(columns.compactMap(\.canonical)),
            "schema_contract": contract.isEvolving ? nil : contract.canonical, "nested_hints": list(nestedTables.map(\.canonical)),
            "fields": fieldRules.isEmpty ? nil : fieldRules.canonical, "max_columns_per_path": maxColumnsPerPath.map { .int($0) },
        ])
    }
}

extension ParentBinding {
    fileprivate var canonical: JSONValue {
        [
            .string(resource), .array(fields.map(\.canonical)), .array(included.map { [$0.field.canonical, .string($0.name)] }),
            .string(onMissingField.rawValue),
        ]
    }
}

extension ResponseAction {
    fileprivate var canonical: JSONValue {
        [statusCode.map { .int($0) } ?? .null, content.map { .string($0) } ?? .null, .string(action.rawValue)]
    }
}

extension Incremental {
    fileprivate var canonical: JSONValue {
        .object([
            "cursor_path": cursorPath.canonical, "initial_value": initialValue, "end_value": endValue,
            "last_value_func": .string(lastValueFunction.rawValue), "lag": lag.map { .string(String($0)) },
            "row_order": rowOrder.map { .string($0.rawValue) }, "convert": format.map { .string($0.rawValue) },
            "on_cursor_value_missing": .string(onMissing.rawValue), "start_is_closed": .bool(startIsClosed), "end_is_closed": .bool(endIsClosed),
        ])
    }
}

// MARK: - Requests

extension RequestTemplate {
    fileprivate var canonical: JSONValue {
        .object([
            "method": .string(method.rawValue), "path": .string(path.canonical), "params": LakeSource.canonical(params),
            "headers": LakeSource.canonical(headers), "body": body?.canonical,
        ])
    }
}

extension Template {
    /// As it would be written, with plain braces doubled and every selector in one spelling.
    fileprivate var canonical: String {
        parts.reduce(into: "") { text, part in
            switch part {
            case .text(let plain):
                for character in plain { text += character == "{" || character == "}" ? "\(character)\(character)" : String(character) }
            case .parentField(let field): text += "{\(Selector(describing: field.steps))}"
            case .incremental(let value): text += "{incremental.\(value.rawValue)}"
            }
        }
    }
}

extension RequestBody {
    fileprivate var canonical: JSONValue {
        switch self {
        case .json(let body): ["json", body.canonical]
        case .form(let fields): ["form", LakeSource.canonical(fields)]
        case .text(let template): template.holdsSecretNames ? ["text"] : ["text", .string(template.canonical)]
        }
    }
}

extension BodyTemplate {
    /// Tells a text from a number with the same digits.
    fileprivate var canonical: JSONValue {
        switch self {
        case .scalar(let value): value
        case .text(let template): .string(template.canonical)
        case .array(let elements): .array(elements.map(\.canonical))
        case .object(let members):
            .object(members.map { member in
                if case .text(let text) = member.value, text.fixedText != nil, looksLikeSecret(member.name) { return JSONMember(member.name, .null) }
                return JSONMember(member.name, member.value.canonical)
            })
        }
    }
}

extension Selector {
    fileprivate var canonical: JSONValue { .string(Selector(describing: steps).description) }
}

// MARK: - Paginators

extension Paginator {
    fileprivate var canonical: JSONValue {
        switch self {
        case .auto: ["auto"]
        case .singlePage: ["single_page"]
        case .cursor(let p):
            ["cursor", p.source.canonical, p.place.canonical, .bool(p.stopAfterEmptyPage), orNull(p.hasMorePath)]
        case .pageNumber(let p):
            [
                "page_number", .int(p.basePage), .int(p.firstPage), p.place.canonical, orNull(p.totalPath), orNull(p.maximumPage),
                .bool(p.stopAfterEmptyPage), orNull(p.hasMorePath),
            ]
        case .offset(let p):
            [
                "offset", .int(p.limit), .int(p.offset), p.limitPlace.canonical, p.offsetPlace.canonical, orNull(p.totalPath),
                orNull(p.maximumOffset), .bool(p.stopAfterEmptyPage), orNull(p.hasMorePath), .bool(p.overlaps),
            ]
        case .jsonLink(let path): ["json_link", path.canonical]
        case .headerLink(let relation): ["header_link", .string(relation)]
        }
    }

    private func orNull(_ selector: Selector?) -> JSONValue { selector.map(\.canonical) ?? .null }
    private func orNull(_ number: Int?) -> JSONValue { number.map { .int($0) } ?? .null }
}

extension CursorPaginator.Source {
    fileprivate var canonical: JSONValue {
        switch self {
        case .body(let path): ["body", path.canonical]
        case .header(let name): ["header", .string(name.lowercased())]
        case .lastRecord(let field): ["last_record", .string(field)]
        }
    }
}

extension ParameterPlace {
    fileprivate var canonical: JSONValue {
        switch self {
        case .query(let name): ["query", .string(name)]
        case .body(let path): ["body", path.canonical]
        }
    }
}
