/// Documents of format 1 as they were written. They may not change: what opens them must go on doing so, and a new form of
/// any of them is a new format.
enum FormatOne {
    /// `_lake/loads/20261102T020000Z-7f3a9c.json`
    static let record = #"""
        {
          "restlake_format": 1,
          "kind": "load",
          "load_id": "20261102T020000Z-7f3a9c",
          "dataset": "test",
          "outcome": "partial",
          "run_id": null,
          "started_at": "2026-11-02T02:00:00.000Z",
          "prepared_at": "2026-11-02T02:00:00.000Z",
          "origin": "https://api.example:443",
          "source": {"name": "test", "fingerprint": "00ff"},
          "resources": [
            {
              "name": "orders",
              "outcome": "complete",
              "evidence": "empty_page",
              "findings": [],
              "paginator": "single_page",
              "pages": 1,
              "page_bytes": 29,
              "counts": {
                "fetched": 1,
                "written": 1,
                "duplicate": 0,
                "filtered": 0,
                "quarantined": 0,
                "changed": 0,
                "probed": 0
              },
              "noticed": {}
            },
            {
              "name": "users",
              "outcome": "partial",
              "evidence": null,
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
              "noticed": {}
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
              "versions": [
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
            {
              "name": "users",
              "resource": "users",
              "path": "$",
              "parent": null,
              "primary_key": [],
              "write_disposition": "replace",
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
          ],
          "files": [
            {
              "path": "orders/jsonl/load_id=20261102T020000Z-7f3a9c/orders.v2.00000.jsonl",
              "table": "orders",
              "format": "jsonl",
              "compression": "none",
              "schema_version": 2,
              "rows": 1,
              "bytes": 81,
              "sha256": "fbefe8e14975e7a04b7e72048687161a97d0e1c5eb903c601e591b5706d11d2c"
            },
            {
              "path": "orders/csv/load_id=20261102T020000Z-7f3a9c/orders.v2.00000.csv",
              "table": "orders",
              "format": "csv",
              "compression": "none",
              "schema_version": 2,
              "rows": 1,
              "bytes": 64,
              "sha256": "d8642870efc03970118c7ea0fb6f5b2d6fb3e97aed53b15c56a1fb45a8db3c10"
            },
            {
              "path": "users/jsonl/load_id=20261102T020000Z-7f3a9c/users.v1.00000.jsonl",
              "table": "users",
              "format": "jsonl",
              "compression": "none",
              "schema_version": 1,
              "rows": 1,
              "bytes": 73,
              "sha256": "6ccaf05175f100d85d22e439f7d6f08f2b1fc7760991c3640f23128202f277bc"
            },
            {
              "path": "users/csv/load_id=20261102T020000Z-7f3a9c/users.v1.00000.csv",
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

    /// `_lake/loads/20261101T020000Z-7f3a9c.json`
    static let olderRecord = #"""
        {
          "restlake_format": 1,
          "kind": "load",
          "load_id": "20261101T020000Z-7f3a9c",
          "dataset": "test",
          "outcome": "complete",
          "run_id": "night-1",
          "started_at": "2026-11-01T02:00:00.000Z",
          "prepared_at": "2026-11-01T02:00:00.000Z",
          "origin": "https://api.example:443",
          "source": {"name": "test", "fingerprint": "00ff"},
          "resources": [
            {
              "name": "orders",
              "outcome": "complete",
              "evidence": "empty_page",
              "findings": [],
              "paginator": "single_page",
              "pages": 1,
              "page_bytes": 64,
              "counts": {
                "fetched": 2,
                "written": 1,
                "duplicate": 0,
                "filtered": 0,
                "quarantined": 1,
                "changed": 0,
                "probed": 0
              },
              "noticed": {}
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
              "version": 1,
              "columns": [
                {
                  "id": 3,
                  "name": "id",
                  "facts": {
                    "kinds": ["integer"],
                    "smallest": 7,
                    "largest": 7,
                    "integer_digits": 1
                  }
                },
                {
                  "id": 4,
                  "name": "note",
                  "facts": {
                    "kinds": ["null"]
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
                }
              ]
            },
            {
              "name": "orders__lines",
              "resource": "orders",
              "path": "$.lines[*]",
              "parent": "orders",
              "primary_key": [],
              "write_disposition": "merge",
              "rows": 1,
              "version": 1,
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
            }
          ],
          "files": [
            {
              "path": "orders/jsonl/load_id=20261101T020000Z-7f3a9c/orders.v1.00000.jsonl",
              "table": "orders",
              "format": "jsonl",
              "compression": "none",
              "schema_version": 1,
              "rows": 1,
              "bytes": 74,
              "sha256": "83e17f5b17fbdbeb72e6119e2ba24da29d8b6e60d3ef83aaafb0c33b99534613"
            },
            {
              "path": "orders/csv/load_id=20261101T020000Z-7f3a9c/orders.v1.00000.csv",
              "table": "orders",
              "format": "csv",
              "compression": "none",
              "schema_version": 1,
              "rows": 1,
              "bytes": 58,
              "sha256": "e571479888f81d2e17cd25a80ad3dfa098b4a84206b24fa9bafdf679f7a7e9f8"
            },
            {
              "path": "orders__lines/jsonl/load_id=20261101T020000Z-7f3a9c/orders__lines.v1.00000.jsonl",
              "table": "orders__lines",
              "format": "jsonl",
              "compression": "none",
              "schema_version": 1,
              "rows": 1,
              "bytes": 127,
              "sha256": "7e083f14046f7a45af91d8110711cec4755180aab65c2e988e98604b64052771"
            },
            {
              "path": "orders__lines/csv/load_id=20261101T020000Z-7f3a9c/orders__lines.v1.00000.csv",
              "table": "orders__lines",
              "format": "csv",
              "compression": "none",
              "schema_version": 1,
              "rows": 1,
              "bytes": 109,
              "sha256": "f6871b92a853b479781f4658eb6cb31e983c5398f3c1d7af06e558797ecb30f1"
            }
          ],
          "quarantine": [
            {
              "path": "_lake/quarantine/orders/load_id=20261101T020000Z-7f3a9c/orders.00000.jsonl",
              "resource": "orders",
              "records": 1,
              "bytes": 99,
              "sha256": "cf695605ca1bd0579c5313021c8c95b82d0227f508e0bf0c9f302165698374a7"
            }
          ],
          "sanitized": {"replaced_characters": 0}
        }

        """#

    /// `_lake/schemas/orders.v2.json`
    static let schema = #"""
        {
          "restlake_format": 1,
          "table": "orders",
          "resource": "orders",
          "path": "$",
          "parent": null,
          "version": 2,
          "parent_version": 1,
          "load_id": "20261102T020000Z-7f3a9c",
          "fingerprint": "cf87a3a8d9ec9e8a5126d78c0be5ce78",
          "columns": [
            {"id": 1, "name": "_load_id", "type": "text", "nullable": false},
            {"id": 2, "name": "_row_number", "type": "bigint", "nullable": false},
            {"id": 3, "name": "id", "type": "double", "nullable": true, "path": "$.id"},
            {"id": 4, "name": "note", "type": "text", "nullable": true, "path": "$.note"}
          ],
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

        """#

    /// `_lake/schemas/orders__lines.v1.json`
    static let childSchema = #"""
        {
          "restlake_format": 1,
          "table": "orders__lines",
          "resource": "orders",
          "path": "$.lines[*]",
          "parent": "orders",
          "version": 1,
          "parent_version": null,
          "load_id": "20261101T020000Z-7f3a9c",
          "fingerprint": "9885041de54f203d717eda0bc5fc9432",
          "columns": [
            {"id": 1, "name": "_load_id", "type": "text", "nullable": false},
            {"id": 2, "name": "_row_number", "type": "bigint", "nullable": false},
            {"id": 3, "name": "_parent_row_number", "type": "bigint", "nullable": false},
            {"id": 4, "name": "_root_row_number", "type": "bigint", "nullable": false},
            {"id": 5, "name": "_list_index", "type": "bigint", "nullable": false},
            {"id": 6, "name": "sku", "type": "text", "nullable": true, "path": "$.lines[*].sku"}
          ],
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

        """#

    /// `_lake/schemas/users.v1.json`
    static let replacedSchema = #"""
        {
          "restlake_format": 1,
          "table": "users",
          "resource": "users",
          "path": "$",
          "parent": null,
          "version": 1,
          "parent_version": null,
          "load_id": "20261102T020000Z-7f3a9c",
          "fingerprint": "ee6fdcc129cf9d7e15c77f52be517889",
          "columns": [
            {"id": 1, "name": "_load_id", "type": "text", "nullable": false},
            {"id": 2, "name": "_row_number", "type": "bigint", "nullable": false},
            {"id": 3, "name": "at", "type": "date", "nullable": true, "path": "$.at"}
          ],
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

        """#
}
