"""`restlake handoff` in real engines: after every load a destination holds what the lake holds, cell by cell; twice is once;
late loads, loads out of order and scripts that were cut off come to the same."""

import contextlib
import os
import re

import handoff_engines
from handoff_engines import ScriptFailed
from handoff_lake import DAYS, NAME, shop
from handoff_model import Model, is_same
from lake import Dataset
from outcome import Outcome

OLD_DUCKDB = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), ".build", "checks-duckdb-1.1")
# Orders in which loads come one by one.
CUTS = 4
LATE = ([2, 0, 3], [5, 1])


def check(program, folder, server):
    outcome = Outcome("handoff")
    folder = os.path.join(folder, "handoff")
    os.makedirs(folder)
    lake = os.path.join(folder, "lake")
    engines = handoff_engines.all_of(server, OLD_DUCKDB)
    hands = [Hand(outcome, engine, program, folder, lake) for engine in engines]
    nightly = [hand.make() for hand in hands]
    with shop(program, folder, lake) as api:
        for day in range(len(DAYS)):
            api.export(day)
            for hand, database in zip(hands, nightly):
                hand.tried("a night", lambda: hand.night(database))
    for hand, database in zip(hands, nightly):
        hand.engine.close(database)
        hand.tried("all at once", hand.at_once)
        # What comes from files is the same from here on: those of one format will do.
        if hand.engine.form != "jsonl":
            continue
        for loads in LATE:
            hand.tried(f"loads {loads}", lambda: hand.one_by_one(loads))
        hand.tried("cut off", hand.cut)
        hand.tried("another number of rows", hand.wrong_count)
    return outcome.close()


class Hand:
    """What a destination is put through."""

    def __init__(self, outcome, engine, program, folder, lake):
        self.outcome, self.engine, self.program, self.folder, self.lake, self.made = outcome, engine, program, folder, lake, 0

    def make(self):
        return self.engine.open(self.new_folder())

    def new_folder(self):
        self.made += 1
        folder = os.path.join(self.folder, re.sub(r"\W+", "-", self.engine.name), str(self.made))
        os.makedirs(folder)
        return folder

    def tried(self, what, work):
        try:
            work()
        except ScriptFailed as error:
            self.outcome.differ(f"{self.engine.name}: {what}", "a script that runs", error)

    def script(self, *options):
        if self.engine.resources and "--table" not in options:
            options += ("--table", ",".join(self.engine.resources))
        return self.program.run("handoff", self.engine.kind, "--lake", self.lake, "--format", self.engine.form, *self.engine.options, *options)

    # MARK: Ways to load

    def night(self, database, again=True):
        """All that there is, and the same once more."""
        script = self.script()
        self.engine.run(database, script)
        dataset = Dataset(self.lake, NAME)
        loads = [load["load_id"] for load in dataset.loads]
        self.compare(database, dataset, loads, f"{len(loads)} nights")
        if not again:
            return
        before = self.dump(database)
        self.engine.run(database, script)
        self.outcome.same(f"{self.engine.name}, {len(loads)} nights: twice", before, self.dump(database))

    def one_by_one(self, days):
        database, done = self.make(), []
        dataset = Dataset(self.lake, NAME)
        for day in days:
            done.append(DAYS[day])
            self.engine.run(database, self.script("--load", DAYS[day]))
            self.compare(database, dataset, done, f"loads {[DAYS.index(load) for load in done]}")
        self.engine.run(database, self.script("--since", DAYS[1]))
        self.compare(database, dataset, sorted({*done, *DAYS[1:]}), f"{days} and the others")
        self.engine.close(database)

    def at_once(self):
        database = self.make()
        self.engine.run(database, self.script())
        self.compare(database, Dataset(self.lake, NAME), DAYS, "all at once")
        self.engine.close(database)

    def cut(self):
        """A script that ends behind some statement leaves resources whole or not there; the next run does the rest."""
        script, dataset = self.script(), Dataset(self.lake, NAME)
        ends = [end.end() for end in re.finditer(r";\n|^[.\\\\].*\n", script, flags=re.M)]
        for number in range(1, CUTS + 1):
            folder = self.new_folder()
            database = self.engine.open(folder)
            # psql tells of the end that is missing, the others do not.
            with contextlib.suppress(ScriptFailed):
                self.engine.run(database, script[:ends[len(ends) * number // (CUTS + 1)]])
            self.engine.close(database)
            database = self.engine.open(folder)
            self.engine.run(database, script)
            self.compare(database, dataset, DAYS, f"cut {number} of {CUTS}")
            self.engine.close(database)

    def wrong_count(self):
        """Where a file does not hold what the lake says, nothing of its resource is loaded."""
        script, database = self.script("--table", "orders"), self.make()
        wrong = re.sub(r"(\('\S+', 'orders__items', \d+, )\d+", r"\g<1>99", script)
        self.outcome.same(f"{self.engine.name}: a script with another number", False, wrong == script)
        try:
            self.engine.run(database, wrong)
            self.outcome.differ(f"{self.engine.name}: another number of rows", "refused", "loaded")
        except ScriptFailed:
            self.outcome.count("refused")
        self.engine.close(database)

    # MARK: What is there

    def tables(self, dataset):
        for name, schema in Model(dataset, []).newest().items():
            if self.engine.resources and schema.resource not in self.engine.resources:
                continue
            yield name, [(column.name, column.type) for column in schema.columns if column.type != "unknown"]

    def dump(self, database):
        return {name: self.engine.rows(database, name, columns) for name, columns in self.tables(Dataset(self.lake, NAME))}

    def compare(self, database, dataset, loads, what):
        model = Model(dataset, loads)
        for name, columns in self.tables(dataset):
            place = f"{self.engine.name}, {what}: {name}"
            wanted, found = model.tables[name], self.engine.rows(database, name, columns)
            if not self.outcome.same(place + ", rows", sorted(wanted), sorted(found)):
                continue
            self.outcome.count("rows", len(found))
            for at, row in found.items():
                self.compare_row(f"{place} {at}", wanted[at], row, columns)

    def compare_row(self, place, wanted, found, columns):
        for name, kind in columns:
            if name in ("_load_id", "_row_number", "_parent_row_number", "_root_row_number"):
                same = wanted[name] == found[name]
            else:
                same = is_same(wanted.get(name, (kind, None)), kind, found[name], self.engine)
            if not same:
                self.outcome.differ(f"{place}, {name}, a {kind}", wanted.get(name), found[name])
        self.outcome.count("cells", len(columns))
