"""The programs that are compared. Each makes a command for a set of pages, and tells where its tables then are."""

import glob
import json
import os

import tools

PEERS = os.path.join(tools.HERE, "peers")


class Place:
    """Where one run works: the pages it reads, the port they are served at, a folder of its own."""

    def __init__(self, pages, port, folder):
        self.pages, self.port, self.folder = pages, port, folder

    @property
    def base_url(self):
        return f"http://127.0.0.1:{self.port}/{self.pages.name}"


class Restlake:
    def __init__(self, program, name, formats=("jsonl", "csv"), compressed=False):
        self.program, self.name, self.formats, self.compressed = program, name, formats, compressed

    def command(self, place):
        definition = define(place.folder, place.base_url)
        command = [self.program, "export", definition, "--lake", os.path.join(place.folder, "lake"), "--format", ",".join(self.formats), "--quiet"]
        return command + (["--compress", "gzip"] if self.compressed else [])

    def files(self, folder, form):
        found = {}
        for path in glob.glob(os.path.join(folder, "lake", "bench", "requests*", form, "*", "*")):
            found.setdefault(path.split(os.sep)[-4], []).append(path)
        return found


def define(folder, base_url, resources=("requests",), paginator=None, **client):
    """Writes a definition; gives its path."""
    paginator = paginator or {"type": "page_number", "base_page": 1, "page_param": "page", "total_path": None}
    endpoint = {"data_selector": "data.results", "paginator": paginator}
    document = {
        "name": "bench", "client": {"base_url": base_url, **client},
        "resources": [{"name": name, "primary_key": "_id", "endpoint": {"path": name, **endpoint}} for name in resources],
    }
    path = os.path.join(folder, "bench.json")
    with open(path, "w") as file:
        json.dump(document, file)
    return path


class DLT:
    def __init__(self, name, form):
        self.name, self.formats = name, (form,)

    def command(self, place):
        return [tools.PYTHON, "-B", os.path.join(PEERS, "dlt_peer.py"), place.base_url, self.formats[0], place.folder]

    def files(self, folder, form):
        found = {}
        for path in glob.glob(os.path.join(folder, "lake", "bench", "requests*", f"*.{form}")):
            found.setdefault(path.split(os.sep)[-2], []).append(path)
        return found


class OneFileEach:
    """Peers that write TABLE.jsonl or TABLE.csv."""

    def files(self, folder, form):
        return {os.path.basename(path).partition(".")[0]: [path] for path in glob.glob(os.path.join(folder, "out", f"*.{form}"))}


class DuckDB(OneFileEach):
    def __init__(self, name, form):
        self.name, self.formats = name, (form,)

    def command(self, place):
        script = os.path.join(PEERS, "duckdb_peer.py")
        return [tools.PYTHON, "-B", script, place.pages.folder, self.formats[0], os.path.join(place.folder, "out")]


class ORJSON(OneFileEach):
    def __init__(self, name, form):
        self.name, self.formats = name, (form,)

    def command(self, place):
        script = os.path.join(PEERS, "orjson_peer.py")
        path = f"/{place.pages.name}/requests"
        return [tools.PYTHON, "-B", script, str(place.port), path, self.formats[0], os.path.join(place.folder, "out")]


class JQ:
    """Writes each record on a line, as it is: no tables are made."""
    name, formats = "jq", ()

    def command(self, place):
        return [tools.jq(), "-c", ".data.results[]", *place.pages.paths()]

    def output(self, folder):
        return os.path.join(folder, "records.jsonl")


class Floor:
    """Fetches the same bytes, writes as many as restlake did with checksums, syncs. It needs restlake's figure first."""
    formats = ()

    def __init__(self, name, like):
        self.name, self.like, self.written = name, like, None

    def command(self, place):
        path = f"/{place.pages.name}/requests"
        size, files = self.written
        return [tools.floor(), str(place.port), path, str(place.pages.pages), str(size), str(files), os.path.join(place.folder, "out")]


def all_programs(restlake):
    """In the order in which they take turns; a floor stands behind the program whose bytes it writes."""
    return [
        Restlake(restlake, "restlake"),
        Floor("floor", like="restlake"),
        Restlake(restlake, "restlake-jsonl", ("jsonl",)),
        Floor("floor-jsonl", like="restlake-jsonl"),
        Restlake(restlake, "restlake-csv", ("csv",)),
        Restlake(restlake, "restlake-gzip", compressed=True),
        DLT("dlt-jsonl", "jsonl"),
        DLT("dlt-csv", "csv"),
        DuckDB("duckdb-jsonl", "jsonl"),
        DuckDB("duckdb-csv", "csv"),
        ORJSON("orjson-jsonl", "jsonl"),
        ORJSON("orjson-csv", "csv"),
        JQ(),
    ]


def bytes_written(files_by_table):
    paths = [path for files in files_by_table.values() for path in files]
    return sum(map(os.path.getsize, paths)), len(paths)
