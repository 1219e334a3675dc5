let thenaPlatformDefinition = """
    {
      // Thena's platform API, the current product (docs.thena.ai). The API of before is the source 'thena'; its keys are
      // others.
      "name": "thena_platform",
      "client": {
        "base_url": "https://platform.thena.ai",
        "auth": {"type": "api_key", "name": "x-api-key", "api_key": {"secret": "api_key"}, "location": "header"},
        // Requests a minute, for user, organization and address together; no page of the vendor states the number.
        "rate_limit": 60,
      },
      "resource_defaults": {"primary_key": "id"},
      "resources": [
        // Pages count from 0 here, and no answer states a total. The largest limit is not documented; the size of the
        // pages that come is what counts. Plans below 'standard' are answered with 403.
        {
          "name": "tickets",
          "endpoint": {
            "path": "v1/tickets",
            "params": {"limit": 100},
            "data_selector": "data",
            "paginator": {"type": "page_number", "base_page": 0, "page_param": "page"},
          },
        },
        // The base of the pages is not documented for accounts, so it is found out. The list comes bare or in an
        // envelope, so where the records are is found out too.
        {"name": "accounts", "endpoint": {"path": "v1/accounts", "params": {"limit": 100}, "paginator": "auto"}},
        // By the documentation of the same list as a tool for assistants pages count from 1 here, not from 0. A page that is
        // never asked for would be missing in silence, so it is found out. Bare or in an envelope, too.
        {"name": "contacts", "endpoint": {"path": "v1/accounts/contacts", "params": {"limit": 100}, "paginator": "auto"}},
        // Pages count from 0. The key is 'uid'; there is no 'id'.
        {
          "name": "custom_fields",
          "endpoint": {
            "path": "v1/custom-field",
            "params": {"limit": 100},
            "data_selector": "data",
            "paginator": {"type": "page_number", "base_page": 0, "page_param": "page"},
          },
          "primary_key": "uid",
        },
        // Whether these lists have pages is not documented; it is found out.
        {"name": "teams", "endpoint": {"path": "v1/teams", "data_selector": "data", "paginator": "auto"}},
        {"name": "statuses", "endpoint": {"path": "v1/tickets/status", "data_selector": "data", "paginator": "auto"}},
        // One request per team: few. A user may be a member of several teams. Whether agents are among the members unless
        // 'includeAgents' is asked for is not documented.
        {
          "name": "members",
          "endpoint": {"path": "v1/teams/{resources.teams.id}/members", "data_selector": "data", "paginator": "auto"},
          "include_from_parent": ["id"],
          "primary_key": ["teamId", "id"],
        },
        // At least one request per ticket: hours for a large workspace. Pages count from 0.
        {
          "name": "comments",
          "endpoint": {
            "path": "v1/comments",
            "params": {"entityType": "ticket", "entityId": "{resources.tickets.id}", "limit": 100},
            "data_selector": "data",
            "paginator": {"type": "page_number", "base_page": 0, "page_param": "page"},
          },
          "include_from_parent": ["id"],
          "selected": false,
        },
      ],
    }

    """
