/// Documents of format 1 that tell of state and of superseded rows: the lake of the other file, two records later.
extension FormatOne {
    /// `_lake/loads/20261103T020000Z-7f3a9c.json`: orders wholly anew, users no longer replaced
    static let stateLoad = #"""
        {
          "restlake_format": 1,
          "kind": "load",
          "load_id": "20261103T020000Z-7f3a9c",
          "dataset": "test",
          "outcome": "complete",
          "run_id": null,
          "started_at": "2026-11-03T02:00:00.000Z",
          "prepared_at": "2026-11-03T02:00:00.000Z",
          "origin": "https://api.example:443",
          "source": {"name": "test", "fingerprint": "00ff"},
          "resources": [
            {
              "name": "orders",
              "outcome": "complete",
              "evidence": "empty_page",
              "findings": [],
              "paginator": "single_page",
              "detected": "meta.next_cursor is a text",
              "pages": 1,
              "page_bytes": 29,
              "requests": 3,
              "ignored": 1,
              "skipped_parents": 2,
              "counts": {
                "fetched": 1,
                "written": 1,
                "duplicate": 0,
                "filtered": 0,
                "quarantined": 0,
                "changed": 0,
                "probed": 0
              },
              "noticed": {},
              "replaces": true,
              "state": {
                "incremental": {
                  "last_value": "2026-11-02T23:58:11Z",
                  "ties": ["a1"]
                },
                "detected": {"paginator": "cursor"}
              }
            },
            {
              "name": "users",
              "outcome": "complete",
              "evidence": "empty_page",
              "findings": [],
              "paginator": "single_page",
              "pages": 1,
              "page_bytes": 21,
              "counts": {
                "fetched": 1,
                "written": 1,
                "duplicate": 0,
                "filtered": 0,
                "quarantined": 0,
                "changed": 0,
                "probed": 0
              },
              "noticed": {},
              "state": {
                "incremental": {"last_value": 17}
              }
            }
          ],
          "tables": [
            {
              "name": "orders",
              "resource": "orders",
              "path": "$",
              "parent": null,
              "primary_key": ["id"],
              "write_disposition": "merge",
              "rows": 1,
              "version": 2,
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
              "versions": []
            },
            {
              "name": "users",
              "resource": "users",
              "path": "$",
              "parent": null,
              "primary_key": [],
              "write_disposition": "append",
              "rows": 1,
              "version": 1,
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
              "versions": []
            }
          ],
          "files": [
            {
              "path": "orders/jsonl/load_id=20261103T020000Z-7f3a9c/orders.v2.00000.jsonl",
              "table": "orders",
              "format": "jsonl",
              "compression": "none",
              "schema_version": 2,
              "rows": 1,
              "bytes": 81,
              "sha256": "fbefe8e14975e7a04b7e72048687161a97d0e1c5eb903c601e591b5706d11d2c"
            },
            {
              "path": "orders/csv/load_id=20261103T020000Z-7f3a9c/orders.v2.00000.csv",
              "table": "orders",
              "format": "csv",
              "compression": "none",
              "schema_version": 2,
              "rows": 1,
              "bytes": 64,
              "sha256": "d8642870efc03970118c7ea0fb6f5b2d6fb3e97aed53b15c56a1fb45a8db3c10"
            },
            {
              "path": "users/jsonl/load_id=20261103T020000Z-7f3a9c/users.v1.00000.jsonl",
              "table": "users",
              "format": "jsonl",
              "compression": "none",
              "schema_version": 1,
              "rows": 1,
              "bytes": 73,
              "sha256": "6ccaf05175f100d85d22e439f7d6f08f2b1fc7760991c3640f23128202f277bc"
            },
            {
              "path": "users/csv/load_id=20261103T020000Z-7f3a9c/users.v1.00000.csv",
              "table": "users",
              "format": "csv",
              "compression": "none",
              "schema_version": 1,
              "rows": 1,
              "bytes": 61,
              "sha256": "8380057ffcbfc3726003da08297f7b97d8530b3c8f6081075f27c2cc32027356"
            }
          ],
          "quarantine": [],
          "sanitized": {"replaced_characters": 1}
        }

        """#

    /// `_lake/loads/20261104T020000Z-7f3a9c.json`
    static let stateRecord = #"""
        {
          "restlake_format": 1,
          "kind": "state",
          "load_id": "20261104T020000Z-7f3a9c",
          "dataset": "test",
          "outcome": "complete",
          "run_id": null,
          "started_at": "2026-11-04T02:00:00.000Z",
          "prepared_at": "2026-11-04T02:00:00.000Z",
          "origin": null,
          "source": null,
          "reason": "restlake state set orders 2026-01-01",
          "state": {
            "orders": {
              "incremental": {"last_value": "2026-01-01"}
            },
            "users": null
          },
          "resources": [],
          "tables": [],
          "files": [],
          "quarantine": []
        }

        """#

    /// `manifest.json` after both
    static let stateManifest = #"""
        {
          "restlake_format": 1,
          "dataset": "test",
          "origin": "https://api.example:443",
          "source": {"name": "test", "fingerprint": "00ff"},
          "newest_load": "20261104T020000Z-7f3a9c",
          "load_count": 3,
          "record_count": 4,
          "tables": {
            "orders": {
              "resource": "orders",
              "path": "$",
              "parent": null,
              "primary_key": ["id"],
              "write_disposition": "merge",
              "current_version": 2,
              "rows_of_last_load": 1,
              "live_since": "20261103T020000Z-7f3a9c",
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
              "live_since": "20261103T020000Z-7f3a9c",
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
              "write_disposition": "append",
              "current_version": 1,
              "rows_of_last_load": 1,
              "live_since": "20261102T020000Z-7f3a9c",
              "earlier_dispositions": [
                {"before": "20261103T020000Z-7f3a9c", "write_disposition": "replace"}
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
              "load_id": "20261104T020000Z-7f3a9c",
              "kind": "state",
              "outcome": "complete",
              "run_id": null,
              "started_at": "2026-11-04T02:00:00.000Z",
              "prepared_at": "2026-11-04T02:00:00.000Z",
              "records": 0,
              "rows": 0,
              "bytes": 0,
              "path": "_lake/loads/20261104T020000Z-7f3a9c.json",
              "reason": "restlake state set orders 2026-01-01"
            },
            {
              "load_id": "20261103T020000Z-7f3a9c",
              "outcome": "complete",
              "run_id": null,
              "started_at": "2026-11-03T02:00:00.000Z",
              "prepared_at": "2026-11-03T02:00:00.000Z",
              "records": 2,
              "rows": 2,
              "bytes": 279,
              "path": "_lake/loads/20261103T020000Z-7f3a9c.json"
            },
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
          "state": {
            "orders": {
              "incremental": {"last_value": "2026-01-01"}
            }
          }
        }

        """#
}
