"""`restlake report`: a browser reads the pages of plain, hostile and large lakes, and a validator their markup."""

import json
import os
import re
import time

import browser
import html5lib
import nasty
from loopback import serving
from outcome import CheckFailed, Outcome

LOADS = ("20260105T020000Z-00000a", "20260106T020000Z-00000b", "20260107T020000Z-00000c")
HOSTILE = [
    "<script>alert('script')</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "</td></table></details></main>", "<!--", "]]>", "&lt;&amp;",
    "' onmouseover='alert(1)", "javascript:alert(1)", "😀👩‍👩‍👧🏳️‍🌈", "مرحبا بالعالم", "a\u202eb\u2066c", "\u0001\u001b[31m", "x" * 10_000, "日本語" * 300, "<b>bold</b>\n\tnext line",
]
# Where axe looks at a page: it takes seconds, and what differs are colours and widths.
AXE = {"plain": [("light", 1280), ("dark", 390)], "hostile": [("light", 390)], "damaged": [("dark", 1280)], "empty": [("light", 1280)]}
# Of the large lake, with a release build on a busy machine: far below what a person would wait for.
LARGEST_SECONDS, LARGEST_BYTES, LONGEST_MILLISECONDS = 20, 6_000_000, 5000


def check(program, folder, server):
    outcome = Outcome("report")
    if browser.program() is None:
        raise CheckFailed("there is no chromium (package chromium)")
    folder = os.path.join(folder, "report")
    os.makedirs(folder)
    with browser.browser() as running:
        for name, lake, dataset, arguments, code in (*plain(program, folder), *hostile(program, folder), *odd(folder)):
            path = report(program, folder, name, lake, dataset, arguments, code)
            validate(outcome, path)
            if name != "no-rows":
                browser.read(outcome, running, path, os.path.join(folder, name), AXE[name])
        browser.opens_when_linked(outcome, running, os.path.join(folder, "plain.html"), ["#table-requests", "#table-requests__tags", "#quarantine"])
        check_rows(outcome, folder)
        check_refusals(outcome, running, folder)
        check_large(outcome, program, running, folder)
    return outcome.close()


def report(program, folder, name, lake, dataset, arguments=(), code=0):
    path = os.path.join(folder, f"{name}.html")
    program.run("report", "--lake", lake, "--dataset", dataset, "--out", path, *arguments, expect=code)
    return path


# MARK: Lakes

def plain(program, folder):
    """The sandbox on three days."""
    lake = os.path.join(folder, "lake")
    for load in LOADS:
        program.run("export", "thena", "--sandbox", "--sandbox-requests", "200", "--sandbox-users", "61", "--lake", lake, "--load-id", load, "--quiet")
    return [("plain", lake, "thena_sandbox", [], 0), ("no-rows", lake, "thena_sandbox", ["--no-rows"], 0)]


def hostile(program, folder):
    """Texts, keys and descriptions that would be markup, 200 columns, records in quarantine, resources that are not complete."""
    lake, path = os.path.join(folder, "lake"), os.path.join(folder, "hostile.json")
    texts = [{"id": str(i), "text": text, **{text[:40]: text}, "list": [{"in": text}]} for i, text in enumerate(HOSTILE)]
    wide = [{f"column_{i:03}": HOSTILE[i % len(HOSTILE)] for i in range(200)} | {"id": "1"}]
    documents = {
        "/texts": [json.dumps([*texts, {"text": HOSTILE[0]}]).encode()], "/wide": [json.dumps(wide).encode()], "/values": [nasty.page(nasty.records())],
        "/broken": [b"<html><script>"], "/part": [json.dumps([{"n": i} for i in range(10)]).encode()] * 3,
    }
    resources = [
        {"name": "texts", "primary_key": "id", "endpoint": "texts", "columns": {"text": {"description": HOSTILE[0] + HOSTILE[9]}}},
        {"name": "wide", "endpoint": "wide"}, {"name": "values", "endpoint": "values"}, {"name": "broken", "endpoint": "broken"}, {"name": "part", "endpoint": "part"},
    ]
    with serving(documents) as base:
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"name": "hostile", "client": {"base_url": base, "paginator": {"type": "single_page"}}, "resources": resources}, file)
        for load in LOADS[:2]:
            program.run("export", path, "--lake", lake, "--load-id", load, "--run-id", HOSTILE[0] + load, "--quiet", expect=2)
    return [("hostile", lake, "hostile", ["--quarantine-values", "--rows", "20"], 0)]


def odd(folder):
    """No load at all; nothing but a record that is damaged."""
    lake = os.path.join(folder, "odd")
    for name in ("empty", "damaged"):
        os.makedirs(os.path.join(lake, name, "_lake", "loads"))
    with open(os.path.join(lake, "damaged", "_lake", "loads", f"{LOADS[0]}.json"), "w", encoding="utf-8") as file:
        file.write("{<script>")
    return [("empty", lake, "empty", [], 0), ("damaged", lake, "damaged", [], 65)]


# MARK: What is looked at

def validate(outcome, path):
    """The markup by the rules of HTML 5, each broken one an error."""
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    parser = html5lib.HTMLParser(strict=False)
    document = parser.parse(text)
    outcome.same(f"{path}: html5lib", [], [(place, code, values) for place, code, values in parser.errors][:5])
    outcome.count("elements by html5lib", sum(1 for _ in document.iter()))
    outcome.same(f"{path}: addresses elsewhere", [], re.findall(r"<[^>]+(?:href|src)=\"(?!#|data:,)[^\"]*", text))


def check_rows(outcome, folder):
    """Hostile texts are there for people; without rows nothing of them is."""
    with open(os.path.join(folder, "hostile.html"), encoding="utf-8") as file:
        text = file.read()
    for words in ("&lt;script&gt;alert(&#39;script&#39;)&lt;/script&gt;", "مرحبا بالعالم", "\\u{202e}", "(10,000 characters)", "missing_primary_key", "broken is failed"):
        outcome.same(f"hostile: {words}", True, words in text)
    with open(os.path.join(folder, "no-rows.html"), encoding="utf-8") as file:
        outcome.same("without rows", False, "First rows" in file.read())


BAD = """<!DOCTYPE html><html><head><title>bad</title><body style="margin:0"><p id=a style="color:#ccc;background:#fff">faint<p id=a>twice
<a href="#nowhere">nowhere</a><div style="width:3000px">wide</div><img src="file:///nowhere.png"><script>console.error("said")</script></div></html>"""


def check_refusals(outcome, running, folder):
    """What is wrong with a page is found: wide, an id twice, a dangling link, what acts, the console, a request, axe, markup."""
    path = os.path.join(folder, "bad.html")
    write(BAD, path)
    found = Outcome("bad")
    found.SHOWN = 0
    validate(found, path)
    outcome.same("bad: by the validator", 2, found.differences)
    browser.read(found, running, path, axe=[("light", 1280)])
    # Seven in each view; axe finds more than one.
    outcome.same("bad: by the browser", True, found.differences >= 2 + 7 * 4 + 2)
    outcome.count("faults found", found.differences)


# MARK: A large lake

def check_large(outcome, program, running, folder):
    lake = os.path.join(folder, "large")
    synthesize(program, folder, os.path.join(lake, "large"), loads=1000, resources=10)
    started = time.monotonic()
    path = report(program, folder, "large", lake, "large", ["--no-rows"])
    seconds, size = time.monotonic() - started, os.path.getsize(path)
    milliseconds = browser.read(outcome, running, path, os.path.join(folder, "large"))
    print(f"  report: 1,000 loads of 100 tables in {seconds:.1f} s, {size / 1e6:.1f} MB, in the browser after {milliseconds:.0f} ms", flush=True)
    for what, found, limit in (("seconds", seconds, LARGEST_SECONDS), ("bytes", size, LARGEST_BYTES), ("milliseconds", milliseconds, LONGEST_MILLISECONDS)):
        outcome.same(f"large: at most {limit} {what}, found {found}", True, found <= limit)
    validate(outcome, path)


def synthesize(program, folder, dataset, loads, resources):
    """A load of ten tables of twenty columns is made; its record and schema documents become those of a hundred tables and
    a thousand loads, without data files."""
    row = {f"column_{i:02}": f"text {i}" if i % 3 else None for i in range(20)}
    made = os.path.join(folder, "seed", "large")
    with serving({"/kind_0": [json.dumps([{"id": n, **row, **{f"list_{i}": [row] for i in range(9)}} for n in range(50)]).encode()]}) as base:
        path = os.path.join(folder, "large.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"name": "large", "client": {"base_url": base, "paginator": {"type": "single_page"}}, "resources": [{"name": "kind_0", "endpoint": "kind_0"}]}, file)
        program.run("export", path, "--lake", os.path.dirname(made), "--load-id", load_id(0), "--quiet")
    for name in ("loads", "schemas"):
        os.makedirs(os.path.join(dataset, "_lake", name))
    for name in os.listdir(os.path.join(made, "_lake", "schemas")):
        text = read(made, "_lake", "schemas", name)
        for number in range(resources):
            write(text.replace("kind_0", f"kind_{number}"), dataset, "_lake", "schemas", name.replace("kind_0", f"kind_{number}"))
    record = json.loads(read(made, "_lake", "loads", f"{load_id(0)}.json"))
    # Records from before there were checksums have none.
    del record["checksum"]
    for part in ("resources", "tables", "files"):
        text = json.dumps(record[part])
        record[part] = [entry for number in range(resources) for entry in json.loads(text.replace("kind_0", f"kind_{number}"))]
    pieces = {}
    for name, versions in (("first", True), ("later", False)):
        for table in record["tables"]:
            table["versions"] = table["versions"] if versions else []
        text = re.sub(r'_at": "[^"]*"', '_at": "MOMENT"', json.dumps(record, indent=2))
        pieces[name] = text.replace(load_id(0), "LOAD")
    for number in range(loads):
        text = pieces["later" if number else "first"].replace("LOAD", load_id(number)).replace("MOMENT", moment(number))
        # Now and then one is not complete.
        write(text.replace('"outcome": "complete"', '"outcome": "partial"') if number % 97 == 5 else text, dataset, "_lake", "loads", f"{load_id(number)}.json")
        if number == 0:
            program.run("recover", "--lake", os.path.dirname(dataset))
    # The catalogue as all of these loads would leave it: of the first, and up to the last.
    manifest = json.loads(read(dataset, "manifest.json"))
    manifest.update(newest_load=load_id(loads - 1), load_count=loads)
    write(json.dumps(manifest, indent=2), dataset, "manifest.json")


def read(*place):
    with open(os.path.join(*place), encoding="utf-8") as file:
        return file.read()


def write(text, *place):
    with open(os.path.join(*place), "w", encoding="utf-8") as file:
        file.write(text)


def moment(number, form="%Y-%m-%dT%H:%M:%S.000Z"):
    return time.strftime(form, time.gmtime(1_690_000_000 + number * 86_400))


def load_id(number):
    return moment(number, "%Y%m%dT%H%M%SZ") + "-00000a"
