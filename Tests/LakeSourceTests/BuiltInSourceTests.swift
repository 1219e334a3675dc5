import LakeSource
import Testing

@Suite struct BuiltInSourceTests {
    @Test("Each built-in source is read by the same reader, without a warning, under its own name", arguments: BuiltInSources.names)
    func all(_ name: String) throws {
        let (source, warnings) = try read(try #require(BuiltInSources.definition(name)), "x.json")
        #expect(source.name == name && warnings.isEmpty)
        #expect(BuiltInSources.source(name)?.fingerprint == source.fingerprint)
    }

    @Test("There is no other one")
    func none() { #expect(BuiltInSources.source("other") == nil && BuiltInSources.names == ["thena", "thena_platform"]) }

    @Test("thena finds paging and envelopes out")
    func thena() throws {
        let source = try #require(BuiltInSources.source("thena"))
        #expect(source.client.baseURL == "https://bolt.thena.ai/rest/v2" && source.client.requestsPerMinute == 60)
        #expect(source.client.auth == .bearer(token: .named("bearer_token")))
        #expect(source.resources.map(\.name) == ["requests", "v3_requests", "users", "user", "custom_fields", "sub_statuses"])
        #expect(source.resources.map(\.request.path.description) == ["requests", "requests/v3", "users", "users/{resources.users.id}", "requests/custom-fields", "requests/sub-status"])
        #expect(source.resources.filter(\.selected).map(\.name) == ["requests", "users", "custom_fields", "sub_statuses"])
        #expect(source.resources.allSatisfy { $0.primaryKey == [keys("id")] && $0.dataSelector == nil && $0.writeDisposition == .merge && $0.request.method == .get })
        #expect(source.resources.map(\.paginator) == [.auto, .auto, .auto, .singlePage, .auto, .auto])
        #expect(source.resources.map(\.request.params) == [[RequestField("limit", "100")], [RequestField("limit", "100")], [], [], [], []])
        #expect(source.resources[3].parent == ParentBinding(resource: "users", fields: [keys("id")]))
    }

    @Test("thena_platform has a base of pages per resource, as documented")
    func platform() throws {
        let source = try #require(BuiltInSources.source("thena_platform"))
        #expect(source.client.baseURL == "https://platform.thena.ai" && source.client.requestsPerMinute == 60)
        #expect(source.client.auth == .apiKey(name: "x-api-key", key: .named("api_key"), location: .header))
        #expect(source.secrets(of: source.resources) == [.named("api_key")])
        let from0 = Paginator.pageNumber(PageNumberPaginator(basePage: 0))
        let expected: [(String, String, Paginator, String?)] = [
            ("tickets", "v1/tickets", from0, "data"), ("accounts", "v1/accounts", .auto, nil), ("contacts", "v1/accounts/contacts", .auto, nil),
            ("custom_fields", "v1/custom-field", from0, "data"), ("teams", "v1/teams", .auto, "data"), ("statuses", "v1/tickets/status", .auto, "data"),
            ("members", "v1/teams/{resources.teams.id}/members", .auto, "data"), ("comments", "v1/comments", from0, "data"),
        ]
        #expect(source.resources.map(\.name) == expected.map(\.0))
        #expect(source.resources.map(\.request.path.description) == expected.map(\.1))
        #expect(source.resources.map(\.paginator) == expected.map(\.2))
        #expect(source.resources.map { $0.dataSelector?.description } == expected.map(\.3))
    }

    @Test("Of thena_platform everything is selected that does not cost a request per ticket")
    func platformDependents() throws {
        let source = try #require(BuiltInSources.source("thena_platform"))
        #expect(source.resources.filter { !$0.selected }.map(\.name) == ["comments"])
        let members = source.resources[6], comments = source.resources[7], fields = source.resources[3]
        #expect(members.parent == ParentBinding(resource: "teams", fields: [keys("id")], included: [IncludedField(field: keys("id"), name: "_teams_id")]))
        #expect(members.primaryKey == [keys("teamId"), keys("id")] && fields.primaryKey == [keys("uid")])
        #expect(comments.parent?.resource == "tickets" && comments.parent?.fields == [keys("id")])
        #expect(comments.request.params == [
            RequestField("entityType", "ticket"), RequestField("entityId", parts: [.parentField(keys("id"))], "{resources.tickets.id}"), RequestField("limit", "100"),
        ])
    }
}
