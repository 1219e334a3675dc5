/// Documents of format 1 that tell of hints: descriptions, columns that are not nullable, values by column, rows of recent
/// loads, and everything that can be noticed. A lake of its own, with one load.
extension FormatOne {
    /// `_lake/loads/20261105T020000Z-7f3a9c.json`
    static let hintedLoad = #"""
        {
          "restlake_format": 1,
          "kind": "load",
          "load_id": "20261105T020000Z-7f3a9c",
          "dataset": "test",
          "outcome": "complete",
          "run_id": null,
          "started_at": "2026-11-05T02:00:00.000Z",
          "prepared_at": "2026-11-05T02:00:00.000Z",
          "origin": "https://api.example:443",
          "source": {"name": "test", "fingerprint": "00ff"},
          "resources": [
            {
              "name": "requests",
              "outcome": "complete",
              "evidence": "empty_page",
              "findings": [
                "tickets.amount may be null: not every row has a value there, though the definition says nullable false."
              ],
              "paginator": "single_page",
              "pages": 2,
              "page_bytes": 120,
              "counts": {
                "fetched": 3,
                "written": 3,
                "duplicate": 0,
                "filtered": 0,
                "quarantined": 0,
                "changed": 0,
                "probed": 0
              },
              "noticed": {
                "duplicate_keys": 1,
                "empty_containers": 2,
                "rest_keys": 3,
                "unchecked_for_duplicates": 4,
                "dropped_fields": 5,
                "hashed_values": 6,
                "redacted_values": 7,
                "nulled_values": 8,
                "discarded_values": 9,
                "discarded_rows": 10,
                "left_out_nulls": 11
              },
              "full_scan": true
            }
          ],
          "tables": [
            {
              "name": "tickets",
              "resource": "requests",
              "path": "$",
              "parent": null,
              "primary_key": ["id"],
              "write_disposition": "merge",
              "rows": 3,
              "version": 2,
              "columns": [
                {
                  "id": 3,
                  "name": "id",
                  "facts": {
                    "kinds": ["integer"],
                    "smallest": 7,
                    "largest": 9,
                    "integer_digits": 1
                  },
                  "description": "as in the address bar",
                  "values": 3
                },
                {
                  "id": 4,
                  "name": "amount",
                  "facts": {
                    "kinds": ["null", "integer", "real"],
                    "smallest": 2,
                    "largest": 2,
                    "integer_digits": 1,
                    "fraction_digits": 2
                  },
                  "description": "net",
                  "values": 2
                },
                {
                  "id": 5,
                  "name": "meta",
                  "facts": {
                    "kinds": ["integer", "string", "json"],
                    "texts": ["other"],
                    "smallest": 1,
                    "largest": 1,
                    "integer_digits": 1,
                    "longest_text": 1
                  },
                  "values": 3
                }
              ],
              "versions": [
                {
                  "version": 1,
                  "parent_version": null,
                  "fingerprint": "ecd2c095fa442375b891a948b0a4c845",
                  "load_id": "20261105T020000Z-7f3a9c",
                  "changes": [
                    {
                      "what": "add_table",
                      "kind": "additive",
                      "load_id": "20261105T020000Z-7f3a9c",
                      "page": 1,
                      "record": 1
                    }
                  ]
                },
                {
                  "version": 2,
                  "parent_version": 1,
                  "fingerprint": "11f3991a6b79556094d1fed9daa20966",
                  "load_id": "20261105T020000Z-7f3a9c",
                  "changes": [
                    {
                      "what": "allow_null",
                      "column": "amount",
                      "column_id": 4,
                      "path": "$.amount",
                      "kind": "widening",
                      "load_id": "20261105T020000Z-7f3a9c",
                      "page": 2,
                      "record": 1
                    }
                  ]
                }
              ]
            }
          ],
          "files": [
            {
              "path": "tickets/jsonl/load_id=20261105T020000Z-7f3a9c/tickets.v1.00000.jsonl",
              "table": "tickets",
              "format": "jsonl",
              "compression": "none",
              "schema_version": 1,
              "rows": 2,
              "bytes": 150,
              "sha256": "000000000000000017550f2bdb86348b739e5db4aa32f7e7111694b90fde49d6"
            },
            {
              "path": "tickets/csv/load_id=20261105T020000Z-7f3a9c/tickets.v1.00000.csv",
              "table": "tickets",
              "format": "csv",
              "compression": "none",
              "schema_version": 1,
              "rows": 2,
              "bytes": 90,
              "sha256": "00000000000000000dffd5e71d5085ed455f0505ffb82e5770a72608a31ef91a"
            },
            {
              "path": "tickets/jsonl/load_id=20261105T020000Z-7f3a9c/tickets.v2.00001.jsonl",
              "table": "tickets",
              "format": "jsonl",
              "compression": "none",
              "schema_version": 2,
              "rows": 1,
              "bytes": 80,
              "sha256": "00000000000000000c71a1b0fd9ce8d2e854763e38a3b76a2b3f3e4090ff1650"
            },
            {
              "path": "tickets/csv/load_id=20261105T020000Z-7f3a9c/tickets.v2.00001.csv",
              "table": "tickets",
              "format": "csv",
              "compression": "none",
              "schema_version": 2,
              "rows": 1,
              "bytes": 60,
              "sha256": "000000000000000009553944be35ae9e2e3f58aeaa7ac98fa06f6eb06cbf50bc"
            }
          ],
          "quarantine": [],
          "sanitized": {"replaced_characters": 0}
        }

        """#

    /// `_lake/schemas/tickets.v2.json`
    static let hintedSchema = #"""
        {
          "restlake_format": 1,
          "table": "tickets",
          "resource": "requests",
          "path": "$",
          "parent": null,
          "version": 2,
          "parent_version": 1,
          "load_id": "20261105T020000Z-7f3a9c",
          "fingerprint": "11f3991a6b79556094d1fed9daa20966",
          "columns": [
            {"id": 1, "name": "_load_id", "type": "text", "nullable": false},
            {"id": 2, "name": "_row_number", "type": "bigint", "nullable": false},
            {
              "id": 3,
              "name": "id",
              "type": "bigint",
              "nullable": false,
              "path": "$.id",
              "description": "as in the address bar"
            },
            {
              "id": 4,
              "name": "amount",
              "type": "decimal(10,2)",
              "nullable": true,
              "path": "$.amount",
              "description": "net"
            },
            {"id": 5, "name": "meta", "type": "json", "nullable": true, "path": "$.meta"}
          ],
          "changes": [
            {
              "what": "allow_null",
              "column": "amount",
              "column_id": 4,
              "path": "$.amount",
              "kind": "widening",
              "load_id": "20261105T020000Z-7f3a9c",
              "page": 2,
              "record": 1
            }
          ]
        }

        """#

    /// `manifest.json`
    static let hintedManifest = #"""
        {
          "restlake_format": 1,
          "dataset": "test",
          "origin": "https://api.example:443",
          "source": {"name": "test", "fingerprint": "00ff"},
          "newest_load": "20261105T020000Z-7f3a9c",
          "load_count": 1,
          "tables": {
            "tickets": {
              "resource": "requests",
              "path": "$",
              "parent": null,
              "primary_key": ["id"],
              "write_disposition": "merge",
              "current_version": 2,
              "rows_of_last_load": 3,
              "recent_rows": [3],
              "columns": [
                {
                  "id": 3,
                  "name": "id",
                  "facts": {
                    "kinds": ["integer"],
                    "smallest": 7,
                    "largest": 9,
                    "integer_digits": 1
                  },
                  "description": "as in the address bar",
                  "values": 3
                },
                {
                  "id": 4,
                  "name": "amount",
                  "facts": {
                    "kinds": ["null", "integer", "real"],
                    "smallest": 2,
                    "largest": 2,
                    "integer_digits": 1,
                    "fraction_digits": 2
                  },
                  "description": "net",
                  "values": 2
                },
                {
                  "id": 5,
                  "name": "meta",
                  "facts": {
                    "kinds": ["integer", "string", "json"],
                    "texts": ["other"],
                    "smallest": 1,
                    "largest": 1,
                    "integer_digits": 1,
                    "longest_text": 1
                  },
                  "values": 3
                }
              ],
              "versions": [
                {
                  "version": 1,
                  "parent_version": null,
                  "fingerprint": "ecd2c095fa442375b891a948b0a4c845",
                  "load_id": "20261105T020000Z-7f3a9c",
                  "changes": [
                    {
                      "what": "add_table",
                      "kind": "additive",
                      "load_id": "20261105T020000Z-7f3a9c",
                      "page": 1,
                      "record": 1
                    }
                  ]
                },
                {
                  "version": 2,
                  "parent_version": 1,
                  "fingerprint": "11f3991a6b79556094d1fed9daa20966",
                  "load_id": "20261105T020000Z-7f3a9c",
                  "changes": [
                    {
                      "what": "allow_null",
                      "column": "amount",
                      "column_id": 4,
                      "path": "$.amount",
                      "kind": "widening",
                      "load_id": "20261105T020000Z-7f3a9c",
                      "page": 2,
                      "record": 1
                    }
                  ]
                }
              ]
            }
          },
          "loads": [
            {
              "load_id": "20261105T020000Z-7f3a9c",
              "outcome": "complete",
              "run_id": null,
              "started_at": "2026-11-05T02:00:00.000Z",
              "prepared_at": "2026-11-05T02:00:00.000Z",
              "records": 3,
              "rows": 3,
              "bytes": 380,
              "path": "_lake/loads/20261105T020000Z-7f3a9c.json"
            }
          ],
          "state": {}
        }

        """#
}
