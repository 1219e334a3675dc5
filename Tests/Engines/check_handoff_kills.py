"""Clients that are killed in the middle of a script of `restlake handoff`, and of a statement of it; and run again.

The moments are random but for their seed. Loads come in an order that is none, each is killed a few times, and then runs to
its end: the destination holds what the lake holds, cell by cell.
"""

import os
import random
import time

import handoff_engines
from check_handoff import OLD_DUCKDB, Hand
from handoff_lake import DAYS, NAME, shop
from lake import Dataset
from outcome import Outcome

SEED = 20261127
ORDER = (2, 0, 5, 1, 3, 4)
# By destination: how often each load is killed. ClickHouse takes long to start.
KILLS = {"postgres": 2, "sqlite": 2, "duckdb": 2, "clickhouse": 1}


def check(program, folder, server):
    outcome = Outcome("handoff-kills")
    folder = os.path.join(folder, "handoff-kills")
    os.makedirs(folder)
    lake = os.path.join(folder, "lake")
    with shop(program, folder, lake) as api:
        for day in range(len(DAYS)):
            api.export(day)
    moments = random.Random(SEED)
    seen = set()
    for engine in handoff_engines.all_of(server, OLD_DUCKDB):
        if engine.kind not in seen:
            seen.add(engine.kind)
            hand = Hand(outcome, engine, program, folder, lake)
            hand.tried("killed", lambda: killed(outcome, hand, moments))
    return outcome.close()


def killed(outcome, hand, moments):
    engine, folder, done = hand.engine, hand.new_folder(), []
    dataset = Dataset(hand.lake, NAME)
    usual = time_of(hand, hand.script("--load", DAYS[ORDER[0]]))
    for day in ORDER:
        script = hand.script("--load", DAYS[day])
        for _ in range(KILLS[engine.kind]):
            process = engine.begin(engine.open(folder), script)
            time.sleep(moments.uniform(0, usual))
            outcome.count("kills" if process.poll() is None else "came too late")
            process.kill()
            process.wait()
        done.append(DAYS[day])
        database = engine.open(folder)
        engine.run(database, script)
        if len(done) % 3 == 0:
            hand.compare(database, dataset, done, f"after kills, loads {[DAYS.index(load) for load in done]}")
        engine.close(database)


def time_of(hand, script):
    """How long a script runs that nobody stops."""
    database = hand.make()
    started = time.monotonic()
    hand.engine.run(database, script)
    taken = time.monotonic() - started
    hand.engine.close(database)
    return taken
