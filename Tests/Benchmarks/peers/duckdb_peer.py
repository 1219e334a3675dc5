"""DuckDB's COPY of the same pages, read as files, into the same tables: duckdb_peer.py PAGES jsonl|csv FOLDER

It is told every column and table by hand. It asks no API and writes no checksum.
"""

import os
import sys

import duckdb

ROOT = """
    _id, requestId AS request_id, title, description, status, urgency, ai_urgency, sentiment, source, channelId AS channel_id,
    channelName AS channel_name, threadTs AS thread_ts, permalink, createdAt AS created_at, updatedAt AS updated_at,
    closedAt AS closed_at, firstResponseAt AS first_response_at, firstResponseSeconds AS first_response_seconds,
    resolutionHours AS resolution_hours, csatScore AS csat_score, csatComment AS csat_comment, isPrivate AS is_private,
    isEscalated AS is_escalated, isSlaBreached AS is_sla_breached, slaDueAt AS sla_due_at, messageCount AS message_count,
    reopenCount AS reopen_count, language, category, subCategory AS sub_category, externalId AS external_id,
    mergedIntoId AS merged_into_id, confidence,
    requestor.id AS requestor__id, requestor.name AS requestor__name, requestor.email AS requestor__email,
    requestor.timezone AS requestor__timezone,
    assignee.id AS assignee__id, assignee.name AS assignee__name, assignee.email AS assignee__email, assignee.timezone AS assignee__timezone,
    customer.id AS customer__id, customer.name AS customer__name, customer.domain AS customer__domain,
    customer.account.tier AS customer__account__tier, customer.account.arr AS customer__account__arr,
    customer.account."renewalDate" AS customer__account__renewal_date, customer.account.owner AS customer__account__owner,
    meta."ingestVersion" AS meta__ingest_version, meta.hash AS meta__hash
"""
TABLES = {
    "requests": f"SELECT {ROOT} FROM (SELECT unnest(record) FROM pages)",
    "requests__tags": "SELECT parent, item.* FROM (SELECT record._id AS parent, unnest(record.tags) AS item FROM pages)",
    "requests__custom_fields": """SELECT parent, item.key, item.value, item."updatedAt" AS updated_at
        FROM (SELECT record._id AS parent, unnest(record."customFields") AS item FROM pages)""",
    "requests__watchers": "SELECT record._id AS parent, unnest(record.watchers) AS value FROM pages",
}

pages, form, folder = sys.argv[1:]
os.makedirs(folder)
connection = duckdb.connect()
# The server's pages lie in order in the folder; so do the rows.
connection.execute(f"CREATE TEMP TABLE pages AS SELECT unnest(data.results) AS record FROM read_json('{pages}/*.json', maximum_object_size=67108864)")
options = "(FORMAT csv, HEADER)" if form == "csv" else "(FORMAT json)"
for table, query in TABLES.items():
    connection.execute(f"COPY ({query}) TO '{folder}/{table}.{form}' {options}")
