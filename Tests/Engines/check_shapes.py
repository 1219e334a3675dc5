"""Documents in the shape of public APIs, exported by definitions of three lines: every leaf value must be in the lake."""

import os

import duck
import shapes
from compare import compare
from lake import Dataset
from leaves import compare_leaves
from lexemes import read_json
from loopback import serving
from outcome import Outcome

LOAD = "20260105T020000Z-00000a"
RECORDS = 100
# Name of the dataset: the three lines, with the server's address for BASE.
DEFINITIONS = {
    "github_events": """{"name": "github_events",
 "client": {"base_url": "BASE"},
 "resources": ["events"]}
""",
    "github_issues": """{"name": "github_issues",
 "client": {"base_url": "BASE", "paginator": "header_link"},
 "resources": [{"name": "issues", "primary_key": "id", "endpoint": {"path": "repos/org/repo/issues"}}]}
""",
    "twitter": """{"name": "twitter",
 "client": {"base_url": "BASE", "paginator": "single_page"},
 "resources": [{"name": "statuses", "primary_key": "id", "endpoint": {"path": "search.json", "data_selector": "statuses"}}]}
""",
}
RESOURCES = {"github_events": "events", "github_issues": "issues", "twitter": "statuses"}


def pages():
    """Path → page bytes. The issues come as four pages, linked by header; the others as one document."""
    make = shapes.Maker(7)
    issues = [make.issue() for _ in range(RECORDS)]
    quarter = RECORDS // 4
    # 97 events: a hundred, alone on a page, look cut off, and the program would say so.
    events = [make.event() for _ in range(97)]
    search = {"statuses": [make.status() for _ in range(RECORDS)], "search_metadata": {"count": RECORDS, "query": "x"}}
    return {
        "/events": [shapes.text(events, plain=False)],
        "/repos/org/repo/issues": [shapes.text(issues[i:i + quarter], plain=i % (2 * quarter) == 0) for i in range(0, RECORDS, quarter)],
        "/search.json": [shapes.text(search, plain=True)],
    }


def export(program, folder, lake, documents):
    """One load of each definition."""
    with serving(documents) as base:
        for name, definition in DEFINITIONS.items():
            path = os.path.join(folder, name + ".json")
            with open(path, "w", encoding="utf-8") as file:
                file.write(definition.replace("BASE", base))
            program.run("export", path, "--lake", lake, "--load-id", LOAD, "--quiet")


def check(program, folder, server):
    outcome = Outcome("shapes")
    lake = os.path.join(folder, "shapes")
    documents = pages()
    export(program, folder, lake, documents)
    engine = duck.connect()
    for name, served in zip(DEFINITIONS, documents.values()):
        dataset = Dataset(lake, name)
        read = [read_json(page.decode("utf-8")) for page in served]
        records = [record for page in read for record in (page["statuses"] if isinstance(page, dict) else page)]
        compare_leaves(outcome, dataset, LOAD, RESOURCES[name], records)
        for part in dataset.parts:
            compare(outcome, part, engine, server if part.schema.parent is None else None)
    return outcome.close()
