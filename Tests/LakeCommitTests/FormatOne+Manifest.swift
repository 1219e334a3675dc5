extension FormatOne {
    /// `manifest.json` after two loads.
    static let manifest = #"""
        {
          "restlake_format": 1,
          "dataset": "test",
          "origin": "https://api.example:443",
          "source": {"name": "test", "fingerprint": "00ff"},
          "newest_load": "20261102T020000Z-7f3a9c",
          "load_count": 2,
          "tables": {
            "orders": {
              "resource": "orders",
              "path": "$",
              "parent": null,
              "primary_key": ["id"],
              "write_disposition": "merge",
              "current_version": 2,
              "rows_of_last_load": 1,
              "columns": [
                {
                  "id": 3,
                  "name": "id",
                  "facts": {
                    "kinds": ["integer", "real"],
                    "smallest": 7,
                    "largest": 7,
                    "integer_digits": 1,
                    "fraction_digits": 1
                  }
                },
                {
                  "id": 4,
                  "name": "note",
                  "facts": {
                    "kinds": ["null", "string"],
                    "texts": ["other"],
                    "longest_text": 4
                  }
                }
              ],
              "versions": [
                {
                  "version": 1,
                  "parent_version": null,
                  "fingerprint": "fa7009842a19838f5a9c4bd7df826a19",
                  "load_id": "20261101T020000Z-7f3a9c",
                  "changes": [
                    {
                      "what": "add_table",
                      "kind": "additive",
                      "load_id": "20261101T020000Z-7f3a9c",
                      "page": 1,
                      "record": 1
                    }
                  ]
                },
                {
                  "version": 2,
                  "parent_version": 1,
                  "fingerprint": "cf87a3a8d9ec9e8a5126d78c0be5ce78",
                  "load_id": "20261102T020000Z-7f3a9c",
                  "changes": [
                    {
                      "what": "widen_type",
                      "column": "id",
                      "column_id": 3,
                      "from": "bigint",
                      "to": "double",
                      "path": "$.id",
                      "kind": "widening",
                      "load_id": "20261102T020000Z-7f3a9c",
                      "page": 1,
                      "record": 1
                    },
                    {
                      "what": "widen_type",
                      "column": "note",
                      "column_id": 4,
                      "from": "unknown",
                      "to": "text",
                      "path": "$.note",
                      "kind": "widening",
                      "load_id": "20261102T020000Z-7f3a9c",
                      "page": 1,
                      "record": 1
                    }
                  ]
                }
              ]
            },
            "orders__lines": {
              "resource": "orders",
              "path": "$.lines[*]",
              "parent": "orders",
              "primary_key": [],
              "write_disposition": "merge",
              "current_version": 1,
              "rows_of_last_load": 0,
              "columns": [
                {
                  "id": 6,
                  "name": "sku",
                  "facts": {
                    "kinds": ["string"],
                    "texts": ["other"],
                    "longest_text": 3
                  }
                }
              ],
              "versions": [
                {
                  "version": 1,
                  "parent_version": null,
                  "fingerprint": "9885041de54f203d717eda0bc5fc9432",
                  "load_id": "20261101T020000Z-7f3a9c",
                  "changes": [
                    {
                      "what": "add_table",
                      "kind": "additive",
                      "load_id": "20261101T020000Z-7f3a9c",
                      "page": 1,
                      "record": 1
                    }
                  ]
                }
              ]
            },
            "users": {
              "resource": "users",
              "path": "$",
              "parent": null,
              "primary_key": [],
              "write_disposition": "replace",
              "current_version": 1,
              "rows_of_last_load": 1,
              "live_files": [
                "users/jsonl/load_id=20261102T020000Z-7f3a9c/users.v1.00000.jsonl",
                "users/csv/load_id=20261102T020000Z-7f3a9c/users.v1.00000.csv"
              ],
              "columns": [
                {
                  "id": 3,
                  "name": "at",
                  "facts": {
                    "kinds": ["string"],
                    "texts": ["date"],
                    "longest_text": 10
                  }
                }
              ],
              "versions": [
                {
                  "version": 1,
                  "parent_version": null,
                  "fingerprint": "ee6fdcc129cf9d7e15c77f52be517889",
                  "load_id": "20261102T020000Z-7f3a9c",
                  "changes": [
                    {
                      "what": "add_table",
                      "kind": "additive",
                      "load_id": "20261102T020000Z-7f3a9c",
                      "page": 1,
                      "record": 1
                    }
                  ]
                }
              ]
            }
          },
          "loads": [
            {
              "load_id": "20261102T020000Z-7f3a9c",
              "outcome": "partial",
              "run_id": null,
              "started_at": "2026-11-02T02:00:00.000Z",
              "prepared_at": "2026-11-02T02:00:00.000Z",
              "records": 2,
              "rows": 2,
              "bytes": 279,
              "path": "_lake/loads/20261102T020000Z-7f3a9c.json"
            },
            {
              "load_id": "20261101T020000Z-7f3a9c",
              "outcome": "complete",
              "run_id": "night-1",
              "started_at": "2026-11-01T02:00:00.000Z",
              "prepared_at": "2026-11-01T02:00:00.000Z",
              "records": 1,
              "rows": 2,
              "bytes": 368,
              "path": "_lake/loads/20261101T020000Z-7f3a9c.json"
            }
          ],
          "state": {}
        }

        """#
}
