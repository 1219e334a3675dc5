let thenaDefinition = """
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
