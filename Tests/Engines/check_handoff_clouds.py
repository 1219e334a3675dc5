"""`restlake handoff` for warehouses in clouds, in stand-ins for them: PostgreSQL for Redshift, fakesnow for Snowflake, bqemulator
for BigQuery. What a stand-in cannot do is done for it in `handoff_clouds.py`, the reading of files first of all."""

import os

import handoff_clouds
from check_handoff import Hand
from handoff_lake import DAYS, shop
from outcome import Outcome

ENVIRONMENTS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), ".build")
# Of the days, those behind which they load: emulators are slow.
NIGHTS = (0, 2, 5)


def check(program, folder, server):
    outcome = Outcome("handoff-clouds")
    folder = os.path.join(folder, "handoff-clouds")
    os.makedirs(folder)
    lake = os.path.join(folder, "lake")
    bigquery = handoff_clouds.BigQuery(python("checks-bigquery"), lake, folder)
    engines = [handoff_clouds.Snowflake(python("checks-snowflake"), lake), bigquery]
    if server is not None:
        engines.append(handoff_clouds.Redshift(server, lake))
    try:
        check_all(outcome, [Hand(outcome, engine, program, folder, lake) for engine in engines], program, folder, lake)
    finally:
        bigquery.stop()
    return outcome.close()


def python(environment):
    return os.path.join(ENVIRONMENTS, environment, "bin", "python")


def check_all(outcome, hands, program, folder, lake):
    nightly = [hand.make() for hand in hands]
    with shop(program, folder, lake) as api:
        for day in range(len(DAYS)):
            api.export(day)
            for hand, database in zip(hands, nightly):
                if day in NIGHTS:
                    hand.tried("a night", lambda: hand.night(database, again=day == NIGHTS[-1]))
    for hand, database in zip(hands, nightly):
        hand.engine.close(database)
        hand.tried("another number of rows", hand.wrong_count)
        if hand.engine.kind == "redshift":
            hand.tried("loads late", lambda: hand.one_by_one([5, 1]))
            hand.tried("cut off", hand.cut)
