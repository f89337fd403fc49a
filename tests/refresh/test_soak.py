"""Weeks of daily runs with faults and kills end in the warehouse that one clean run makes."""

import json

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from refresh.days import STORED, Weeks, new_home, stored_tables

from etl.warehouse.published import open_published
from etl.warehouse.store import open_store

SIZES = {
    "days": {"n_symbols": 2, "n_days": 4, "seed": 5, "rate": 0.15, "kills": 0.4},
    "weeks": {"n_symbols": 20, "n_days": 60, "seed": 1, "rate": 0.06, "kills": 0.35},
}


def live_through(weeks, home, rate, kills):
    """Run every day, struck by faults, a share of the runs killed; then until nothing is missing."""
    last = len(weeks.days) - 1
    # The first run is let live: it says how long a run takes, and with it when to kill one.
    weeks.live(home, 0)
    weeks.strike(rate)
    n_killed, n_terminated = max(1, round(kills * 0.8 * last)), round(kills * 0.2 * last)
    ends = ["killed"] * n_killed + ["terminated"] * n_terminated
    ends += [None] * (last - len(ends))
    weeks.draw.shuffle(ends)
    for n, end in enumerate(ends, 1):
        weeks.live(home, n, end=end)
    weeks.strike(0.0)
    for _ in range(6):
        if weeks.live(home, last) == "done":
            return
    raise AssertionError(f"something is still missing: {weeks.message}: {weeks.steps}")


def fingerprint(home):
    with open_published(home) as published:
        return published.query("publication")["fingerprint"][0]


@pytest.mark.parametrize("size", ["days", pytest.param("weeks", marks=pytest.mark.slow)])
def test_struck_and_killed_runs_end_in_what_one_clean_run_makes(size, tmp_path, capsys):
    wanted = dict(SIZES[size])
    rate, kills = wanted.pop("rate"), wanted.pop("kills")
    weeks = Weeks(**wanted)
    with weeks.stocktwits.running() as stocktwits, weeks.yahoo.serving() as yahoo:
        struck = new_home(tmp_path / "struck", stocktwits, yahoo)
        live_through(weeks, struck, rate, kills)
        clean = new_home(tmp_path / "clean", stocktwits, yahoo)
        tally, n_faults = weeks.tally, weeks.count_faults()
        n_runs = tally.runs
        assert weeks.live(clean, len(weeks.days) - 1) == "done", weeks.steps
    found, expected = stored_tables(struck), stored_tables(clean)
    figures = {
        "runs": n_runs,
        "kills": tally.kills,
        "terminations": tally.terminations,
        "faults": n_faults,
        "kinds of faults": len(weeks.stocktwits.met) + len(tally.faults),
        "outcomes": dict(tally.outcomes),
        "posts": found["raw_posts"].height,
        "prices": found["raw_prices"].height,
        "rows lost": lost(expected, found),
        "rows doubled": doubled(found),
    }
    with capsys.disabled():
        print(f"\n{json.dumps(figures)}")
    assert figures["rows lost"] == 0
    assert figures["rows doubled"] == 0
    assert tally.kills > 0
    assert n_faults > 0
    for name in STORED:
        assert_frame_equal(found[name], expected[name])
    # Marts, coverage among them, are a function of the store; so is the fingerprint.
    assert fingerprint(struck) == fingerprint(clean)


KEYS = {
    "raw_posts": ("source", "post_id"),
    "raw_prices": ("ticker", "date"),
    "raw_ipos": ("ticker",),
    "post_scores": ("tagger", "source", "post_id"),
    "post_traits": ("source", "post_id"),
}


def lost(expected: dict[str, pl.DataFrame], found: dict[str, pl.DataFrame]) -> int:
    return sum(expected[name].join(found[name], on=key, how="anti").height for name, key in KEYS.items())


def doubled(found: dict[str, pl.DataFrame]) -> int:
    return sum(found[name].select(key).is_duplicated().sum() for name, key in KEYS.items())


def test_every_post_of_the_platform_is_stored_by_a_clean_run(tmp_path):
    weeks = Weeks(n_symbols=3, n_days=4, seed=2)
    with weeks.stocktwits.running() as stocktwits, weeks.yahoo.serving() as yahoo:
        home = new_home(tmp_path / "home", stocktwits, yahoo)
        assert weeks.live(home, 3) == "done", weeks.steps
    until = weeks.stocktwits.now
    there = {
        str(message["id"])
        for stream in weeks.stocktwits.messages.values()
        for message in stream
        if message["created_at"] < f"{until:%Y-%m-%dT%H:%M:%SZ}"
    }
    with open_store(home) as store:
        posts = store.sql("select post_id from raw_posts").pl()
    assert set(posts["post_id"]) == there
