import LakeModel

/// The sources that come with the program. Each is a definition text, read by the same reader as a user's own.
package enum BuiltInSources {
    package static let names = ["thena"]

    /// The text of a built-in definition: its documentation, and a beginning for one's own.
    package static func definition(_ name: String) -> String? { name == "thena" ? thena : nil }

    /// nil where there is no built-in source of this name.
    package static func source(_ name: String) -> Source? {
        guard let text = definition(name) else { return nil }
        do {
            return try Source.read(definition: PageBytes(text), named: name + ".json").source
        } catch {
            preconditionFailure("a built-in definition is wrong: \(error.sentences)")
        }
    }

    private static let thena = """
        {
          // Thena, REST API v2. Its paging and its envelopes are not documented, so both are found out from the answers.
          "name": "thena",
          "client": {
            "base_url": "https://bolt.thena.ai/rest/v2",
            "auth": {"type": "bearer", "token": {"secret": "bearer_token"}},
            // Requests a minute: what the API bears is not documented.
            "rate_limit": 60,
          },
          "resource_defaults": {
            "primary_key": "id",
            "endpoint": {"paginator": "auto"},
          },
          "resources": [
            {"name": "requests", "endpoint": {"path": "requests", "params": {"limit": 100}}},
            {"name": "v3_requests", "endpoint": {"path": "requests/v3", "params": {"limit": 100}}, "selected": false},
            {"name": "users", "endpoint": "users"},
            // One request per user: hours for a large workspace.
            {
              "name": "user",
              "endpoint": {"path": "users/{resources.users.id}", "paginator": "single_page"},
              "selected": false,
            },
            {"name": "custom_fields", "endpoint": "requests/custom-fields"},
            {"name": "sub_statuses", "endpoint": "requests/sub-status"},
          ],
        }

        """
}
