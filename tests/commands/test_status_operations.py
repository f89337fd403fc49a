"""`emotape status` on the daily run: for a person, for a monitor, and while a run is going on."""

import json
from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest
from live.clocks import FakeClock
from processes import start
from refresh.small_market import (
    MORNING,
    SYMBOLS,
    Market,
    code_at,
    emotape_at,
    environment_of,
    open_market,
)

from etl.settings import Home, open_home

KEYS = {
    "running": None,
    "runs": {
        "run_id",
        "started_at",
        "ended_at",
        "outcome",
        "published_version",
        "message",
        "code_version",
        "pid",
        "host",
        "n_steps",
        "n_not_done",
        "rows_new",
        "rows_updated",
        "rows_duplicate",
        "rows_quarantined",
        "requests",
        "retries",
    },
    "troubles": {"step_id", "kind", "source", "subject", "outcome", "reason"},
    "breakers": {"source", "opened_at", "until", "reason"},
    "freshness": {"kind", "source", "level", "age_hours", "answered_at", "warn_hours", "error_hours"},
    "is_stale": None,
    "next_run": None,
}


@pytest.fixture(scope="module")
def market() -> Iterator[Market]:
    with open_market() as market:
        yield market


@pytest.fixture(scope="module")
def refused(market: Market, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with a good run on Tuesday, and one on Wednesday that StockTwits turned away."""
    home = open_home(tmp_path_factory.mktemp("refused") / "home")
    market.write_settings(home, watchlist_symbols=SYMBOLS)
    market.run(home)
    market.at(MORNING + timedelta(days=1))
    market.stocktwits.fault = lambda asked: "403 html"
    market.run(home)
    market.begin_anew()
    return home


def test_a_person_reads_what_ran_what_is_missing_and_what_comes_next(refused):
    done = emotape_at(MORNING + timedelta(days=1, minutes=5), "status", home=refused)
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout.splitlines()
    (newest, first, trouble, other, breaker, posts, prices, following) = said[-8:]
    assert newest.startswith("run 2: 2026-03-04 11:30 to 11:30 UTC, partial: 3 new")
    assert newest.endswith(
        "published version 2; 3 of 9 steps were not done in full: posts of stocktwits (3)."
    )
    assert first.startswith("run 1: 2026-03-03 11:30 to 11:30 UTC, done: ")
    reason = "StockTwits turned this address away (403, text/html in place of JSON: it came from its CDN)"
    assert trouble.startswith(f"not done: posts of stocktwits, QZA: failed: {reason}; it is left alone")
    assert other.startswith(f"not done: posts of stocktwits, QZB, QZC: failed: Not asked for: {reason}")
    assert breaker.startswith("left alone: stocktwits until 2026-03-04 11:45 UTC: StockTwits turned")
    assert posts == (
        "freshness: posts of stocktwits: fresh, 24.1 hours since it last answered (late from 26, stale from "
        "50)"
    )
    assert prices == "freshness: prices of yahoo: fresh, up to the last session"
    assert following == "next run: 2026-03-05 11:30 UTC, by the settings (schedule)"


def test_a_source_beyond_its_error_age_is_told_by_the_exit_code(refused):
    done = emotape_at(MORNING + timedelta(hours=51), "status", "--json", home=refused)
    assert done.returncode == 1
    operations = json.loads(done.stdout)["operations"]
    assert operations["is_stale"] is True
    assert {source["source"]: source["level"] for source in operations["freshness"]} == {
        "stocktwits": "stale",
        "yahoo": "fresh",
    }
    # The breaker has closed by then, and the newest run's troubles stand until there is a newer one.
    assert operations["breakers"] == []
    assert len(operations["troubles"]) == 3


def test_json_has_the_same_keys_always(refused):
    done = emotape_at(MORNING + timedelta(days=1, minutes=5), "status", "--json", home=refused)
    status = json.loads(done.stdout)
    assert set(status) == {"home", "store", "published", "disk_free_bytes", "operations"}
    operations = status["operations"]
    assert set(operations) == set(KEYS)
    for name, keys in KEYS.items():
        if keys:
            assert operations[name], name
            assert all(set(row) == keys for row in operations[name])


def test_status_works_while_a_run_holds_the_store_and_names_it(market, home):
    market.begin_anew()
    # On a slow machine it takes a while to look three times at a run that waits for its page.
    market.write_settings(home, yahoo_prices=False, stocktwits_timeout_seconds=300)
    market.run(home, "QZA")
    asked, told = Event(), Event()

    def hold(request):
        asked.set()
        told.wait(300)

    market.stocktwits.fault = hold
    run = start(code_at(MORNING, "refresh", "QZA"), environment=environment_of(home))
    assert asked.wait(300)
    try:
        read = emotape_at(MORNING, "status", home=home)
        read_json = emotape_at(MORNING, "status", "--json", home=home)
        second = emotape_at(MORNING, "refresh", "QZA", home=home)
    finally:
        told.set()
        done = run.finish()
        market.begin_anew()
    assert done.returncode == 0, done.stderr
    assert read.returncode == 0, read.stderr
    assert "running: emotape refresh since 20" in read.stdout
    assert f"(process {run.pid})" in read.stdout
    assert "run 2: 2026-03-03 11:30 UTC, running: 0 new rows" in read.stdout
    assert "store: Another emotape command is writing to" in read.stdout
    status = json.loads(read_json.stdout)
    assert (status["operations"]["running"]["pid"], status["published"]["version"]) == (run.pid, 1)
    assert second.returncode == 1
    assert second.stderr.startswith(f"emotape: `emotape refresh` has been running in {home.path} since 20")
    assert f"(process {run.pid} on " in second.stderr


def test_prices_that_came_and_are_not_published_are_told_from_a_silent_source(market, home, monkeypatch):
    market.begin_anew()
    market.write_settings(home, watchlist_symbols=["QZA"], stocktwits_enabled=False)
    monkeypatch.setattr("etl.refresh.stages.build_market", lambda *arguments: 1 / 0)
    assert market.run(home, "QZA", clock=FakeClock(MORNING)).outcome == "partial"
    done = emotape_at(MORNING, "status", home=home)
    assert done.returncode == 1
    assert "not done: build: failed: Unexpected ZeroDivisionError: division by zero" in done.stdout
    assert "freshness: prices of yahoo: it answered, and no price is published yet" in done.stdout
