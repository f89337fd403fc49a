"""How Yahoo fails, told apart: delisted, blocked, limited, broken, silent; and how much it is asked then."""

from collections.abc import Iterator
from datetime import date

import pytest
from live.yahoo_runs import Runs, running
from live.yahoo_server import FakeYahoo, market_close

from etl.errors import AllowanceSpent, SourceFailed, SourceRefused, Stopped, UnknownSymbol
from etl.refresh.yahoo_prices import refresh_prices
from etl.settings import Home


@pytest.fixture
def runs(home: Home) -> Iterator[Runs]:
    fake = FakeYahoo(market_close(date(2026, 3, 2)))
    for symbol in ("QZRA", "QZRB"):
        fake.add(symbol, date(2026, 1, 2))
    with running(home, fake) as runs:
        yield runs


def test_an_unknown_symbol_is_told_from_a_blocked_address_by_one_that_must_exist(runs):
    yahoo = runs.begin()
    for symbol in ("QZOLD", "QZODD"):
        with pytest.raises(UnknownSymbol, match=f"^Yahoo has no prices of {symbol}: it is delisted or unk"):
            refresh_prices(runs.store, yahoo, symbol)
    assert runs.fake.count("chart", "SPY") == 1  # once a run
    assert refresh_prices(runs.store, yahoo, "QZRA").outcome == "done"


@pytest.mark.parametrize("fault", ["empty", "delisted"])
def test_an_address_that_hears_of_no_symbol_is_blocked_and_asks_no_more(runs, fault):
    runs.fake.faults["*"] = fault
    yahoo = runs.begin()
    with pytest.raises(SourceRefused, match=r"no prices, not even of SPY, so it blocks this address"):
        refresh_prices(runs.store, yahoo, "QZRA")
    asked = runs.fake.requests
    with pytest.raises(SourceRefused, match="not even of SPY"):
        refresh_prices(runs.store, yahoo, "QZRB")
    assert runs.fake.requests == asked


def test_an_address_that_is_turned_away_asks_no_more(runs):
    runs.fake.faults["*"] = "refused"
    yahoo = runs.begin()
    for symbol in ("QZRA", "QZRB"):
        with pytest.raises(SourceRefused, match=r"^Yahoo turned this address away \(403\)"):
            refresh_prices(runs.store, yahoo, symbol)
    assert (runs.fake.count("chart", "QZRB"), runs.clock.waits) == (0, [])


def test_a_limited_rate_is_waited_out(runs):
    runs.fake.fault = lambda kind, symbol: "limited" if runs.clock.since_start < 500 else None
    yahoo = runs.begin()
    assert refresh_prices(runs.store, yahoo, "QZRA").outcome == "done"
    assert runs.clock.waits == [300.0, 300.0]
    assert yahoo.traffic.retries == 2
    assert yahoo.traffic.requests == runs.fake.requests


def test_a_limit_that_lasts_is_waited_for_once_and_not_by_every_symbol(runs):
    runs.fake.faults["*"] = "limited"
    yahoo = runs.begin()
    for symbol in ("QZRA", "QZRB"):
        with pytest.raises(SourceFailed, match=r"limits the rate of calls \(429\), asked 3 times"):
            refresh_prices(runs.store, yahoo, symbol)
    assert runs.clock.waits == [300.0, 300.0]


def test_no_one_waits_longer_than_the_run_may(runs):
    runs.fake.faults["*"] = "limited"
    yahoo = runs.begin(patience=400)
    for symbol in ("QZRA", "QZRB"):
        with pytest.raises(AllowanceSpent, match=r"^Yahoo is to be asked no sooner than"):
            refresh_prices(runs.store, yahoo, symbol)
    assert runs.clock.waits == [300.0]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("broken", "it answered 500"),
        ("truncated", "its answer cannot be read"),
        ("cut", "the connection failed"),
    ],
)
def test_a_failure_of_one_call_is_tried_again_then_said_and_the_next_symbol_is_asked(runs, fault, words):
    runs.fake.faults["QZRA"] = fault
    yahoo = runs.begin()
    with pytest.raises(SourceFailed, match=f"^Yahoo did not give prices of QZRA: {words}.*, asked 3 times"):
        refresh_prices(runs.store, yahoo, "QZRA")
    assert runs.clock.waits == [2.0, 4.0]
    assert refresh_prices(runs.store, yahoo, "QZRB").outcome == "done"


def test_what_failed_once_is_asked_for_anew_and_not_remembered(runs):
    runs.fake.fault = lambda kind, symbol: "truncated" if runs.fake.count("chart") < 2 else None
    assert runs.prices("QZRA").outcome == "done"


def test_a_server_that_hangs_does_not_hang_the_run(runs):
    runs.fake.faults["*"] = "hangs"
    yahoo = runs.begin(deadline_seconds=0.2)
    for symbol in ("QZRA", "QZRB"):
        with pytest.raises(
            SourceFailed, match=rf"^Yahoo did not give prices of {symbol} within 0\.2 seconds"
        ):
            refresh_prices(runs.store, yahoo, symbol)
    for _ in range(2):
        with pytest.raises(SourceFailed, match="left 3 calls in a row without an answer"):
            refresh_prices(runs.store, yahoo, "QZRC")
    assert runs.fake.count("chart") == 3
    runs.fake.faults.clear()
    assert runs.prices("QZRA").outcome == "done"


def test_who_is_asked_to_stop_waits_no_longer(runs):
    runs.fake.faults["*"] = "limited"
    yahoo = runs.begin()
    runs.clock.ask_to_stop("SIGTERM")
    with pytest.raises(Stopped):
        refresh_prices(runs.store, yahoo, "QZRA")
    assert runs.fake.requests == 0


def test_calls_are_spread_over_the_minute_where_there_are_many(runs):
    yahoo = runs.begin(calls_per_minute=2)
    for symbol in ("QZRA", "QZRB", "SPY"):
        refresh_prices(runs.store, yahoo, symbol)
    assert runs.clock.waits == [60.0]
