"""Prices through the real yfinance: appended, re-based, missing, and never a live one."""

import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import duckdb
import pytest
from live.yahoo_market import all_sessions
from live.yahoo_runs import Runs, running
from live.yahoo_server import FakeYahoo, market_close

from etl.errors import EmotapeError, SourceFailed
from etl.live.yahoo.library import NEW_YORK
from etl.settings import Home, open_home
from etl.warehouse.load import LoadCount

FIRST = date(2026, 1, 2)
MONDAY = date(2026, 3, 2)
DAYS = [session.day for session in all_sessions() if session.day >= FIRST]


@pytest.fixture
def runs(home: Home) -> Iterator[Runs]:
    fake = FakeYahoo(market_close(MONDAY))
    fake.add("QZRA", date(2015, 1, 2))
    with running(home, fake) as runs:
        yield runs


def test_a_new_symbol_gets_its_history_under_our_spelling_of_it(runs):
    security = runs.fake.add("QZ-B", date(2020, 5, 5))
    got = runs.prices("QZ.B")
    assert (got.outcome, got.reason, got.count.new) == ("done", None, 40)
    expected = [
        (
            "QZ.B",
            row["day"],
            *(row[name] for name in ("open", "high", "low", "close", "adjclose", "volume")),
            None,
        )
        for row in security.rows(runs.fake.now)
        if row["day"] >= FIRST
    ]
    assert runs.stored("QZ.B") == expected
    assert runs.store.sql("from first_trades").fetchall() == [("QZ.B", date(2020, 5, 5), MONDAY)]
    assert runs.store.sql("select kind, file, source, rows_new from loads").fetchall() == [
        ("prices", "yahoo:QZ.B", "yahoo", 40)
    ]


def test_a_live_price_is_never_stored_as_a_close_even_on_a_day_that_closes_early(runs):
    after_thanksgiving = date(2026, 11, 27)
    opened = next(s for s in all_sessions() if s.day == after_thanksgiving)
    assert opened.close_at - opened.open_at == timedelta(hours=3.5)
    for moment in (opened.open_at + timedelta(hours=1), opened.close_at + timedelta(minutes=19)):
        runs.prices("QZRA", moment)
        assert runs.days("QZRA")[-1] == date(2026, 11, 25)
    runs.prices("QZRA", opened.close_at + timedelta(minutes=20))
    assert runs.days("QZRA")[-1] == after_thanksgiving
    assert runs.stored("QZRA")[-1][5] == runs.fake.securities["QZRA"].walk[after_thanksgiving]["close"]


def test_nothing_is_asked_and_nothing_imported_where_nothing_is_missing(home):
    fake = FakeYahoo(market_close(MONDAY))
    fake.add("QZRA", date(2015, 1, 2))
    with running(home, fake) as runs:
        runs.prices("QZRA")
        fake.asked.clear()
        assert runs.prices("QZRA").outcome == "unchanged"
        assert runs.prices("QZRA", market_close(MONDAY) + timedelta(hours=12)).outcome == "unchanged"
        assert fake.asked == []
    code = f"""
import sys
from datetime import datetime
from pathlib import Path
from etl.clock import Clock
from etl.configuration.sections import Yahoo as Settings
from etl.live.patience import Patience
from etl.live.yahoo import Yahoo
from etl.refresh.yahoo_prices import refresh_prices
from etl.settings import open_home
from etl.warehouse.store import open_store

class Then(Clock):
    def now(self):
        return datetime.fromisoformat("{fake.now.isoformat()}")

home, clock = open_home(Path({str(home.path)!r})), Then()
with open_store(home) as store:
    print(refresh_prices(store, Yahoo(Settings(), home, clock, Patience(0, clock)), "QZRA").outcome)
print("yfinance" in sys.modules, "curl_cffi" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["unchanged", "False", "False"]


def test_a_new_session_is_appended_after_asking_a_few_sessions_before_it(runs):
    runs.prices("QZRA")
    got = runs.prices("QZRA", market_close(date(2026, 3, 4)), overlap_sessions=3)
    assert (got.outcome, got.count) == ("done", LoadCount(new=2, updated=0, unchanged=3, quarantined=0))
    (_, _, asked) = runs.fake.asked[-1]
    assert datetime.fromtimestamp(int(asked["period1"]), NEW_YORK).date() == date(2026, 2, 26)
    assert runs.days("QZRA") == [day for day in DAYS if day <= date(2026, 3, 4)]


def test_a_dividend_rebases_the_whole_series_at_once(runs):
    runs.prices("QZRA")
    before = runs.stored("QZRA")
    security, tuesday = runs.fake.securities["QZRA"], date(2026, 3, 3)
    security.dividends[tuesday] = 0.25
    got = runs.prices("QZRA", market_close(tuesday))
    assert got.count == LoadCount(new=1, updated=len(before), unchanged=0, quarantined=0)
    factor = 1 - 0.25 / security.walk[MONDAY]["close"]
    for old, new in zip(before, runs.stored("QZRA"), strict=False):
        assert new[5] == old[5]
        assert new[6] == pytest.approx(old[6] * factor, rel=1e-12)
    assert runs.fake.count("chart", "QZRA") == 3
    assert runs.prices("QZRA").outcome == "unchanged"


def test_a_split_rebases_closes_too_and_its_ratio_is_stored_on_its_day_alone(runs):
    runs.prices("QZRA")
    before = runs.stored("QZRA")
    tuesday = date(2026, 3, 3)
    runs.fake.securities["QZRA"].splits[tuesday] = 4.0
    runs.prices("QZRA", market_close(tuesday))
    after = runs.stored("QZRA")
    assert [row[5] for row in after[:-1]] == [row[5] / 4 for row in before]
    assert [row[7] for row in after[:-1]] == [row[7] * 4 for row in before]
    assert [(row[1], row[8]) for row in after if row[8] is not None] == [(tuesday, 4.0)]


def test_noise_in_adjusted_closes_changes_no_stored_price(runs):
    runs.prices("QZRA")
    before = runs.stored("QZRA")
    runs.fake.securities["QZRA"].noise = 3e-6
    got = runs.prices("QZRA", market_close(date(2026, 3, 3)))
    assert got.count == LoadCount(new=1, updated=0, unchanged=5, quarantined=0)
    assert runs.stored("QZRA")[:-1] == before


def test_the_old_series_stays_where_the_new_one_cannot_be_fetched(runs):
    runs.prices("QZRA")
    before = runs.stored("QZRA")
    runs.fake.securities["QZRA"].splits[date(2026, 3, 3)] = 2.0
    asked = runs.fake.count("chart")
    runs.fake.fault = lambda kind, symbol: "broken" if runs.fake.count("chart") > asked + 1 else None
    with pytest.raises(SourceFailed, match=r"^Yahoo did not give prices of QZRA: it answered 500, asked 3"):
        runs.prices("QZRA", market_close(date(2026, 3, 3)))
    assert runs.stored("QZRA") == before


def test_a_new_series_takes_the_place_of_the_old_one_whole_or_not_at_all(runs):
    runs.prices("QZRA")
    before = runs.stored("QZRA")
    runs.fake.securities["QZRA"].splits[date(2026, 3, 3)] = 2.0
    runs.store.execute("drop table first_trades")  # fails when all prices are in place
    with pytest.raises(duckdb.CatalogException):
        runs.prices("QZRA", market_close(date(2026, 3, 3)))
    assert runs.stored("QZRA") == before


def test_a_new_series_that_lacks_stored_sessions_is_not_trusted_at_first(runs):
    runs.prices("QZRA")
    before, security = runs.stored("QZRA"), runs.fake.securities["QZRA"]
    security.splits[date(2026, 3, 3)] = 2.0
    security.hidden[date(2026, 1, 8)] = None
    tuesday = market_close(date(2026, 3, 3))
    for hour in range(2):
        got = runs.prices("QZRA", tuesday + timedelta(hours=hour), ask_again=2)
        assert (got.outcome, got.reason) == (
            "partial",
            "Yahoo re-based the prices of QZRA, but its new series lacks 2026-01-08 of the stored one, "
            "which is kept as it is. The next run asks again.",
        )
        assert runs.stored("QZRA") == before
    got = runs.prices("QZRA", tuesday + timedelta(hours=3), ask_again=2)
    assert got.reason == (
        "Yahoo has no price of QZRA for 2026-01-08, asked 3 times. It stays without one and is not asked for "
        "again."
    )
    assert runs.days("QZRA") == [day for day in DAYS if day <= date(2026, 3, 3) and day != date(2026, 1, 8)]
    assert runs.quarantine() == [
        (
            "prices",
            "yahoo:QZRA (superseded)",
            20260108,
            "on the basis before a split or dividend, and the source no longer has this session",
        )
    ]
    assert runs.prices("QZRA", tuesday + timedelta(hours=4), ask_again=2).outcome == "unchanged"


def test_a_missing_session_is_asked_again_some_times_then_reported_and_never_filled(runs):
    security, hole = runs.fake.securities["QZRA"], date(2026, 2, 27)
    security.hidden[hole] = None
    reasons = [
        runs.prices("QZRA", market_close(MONDAY) + timedelta(hours=n), ask_again=2).reason for n in range(4)
    ]
    again = "Yahoo has no price of QZRA for 2026-02-27 yet. The next run asks again."
    gone = (
        "Yahoo has no price of QZRA for 2026-02-27, asked 3 times. It stays without one and is not asked for "
        "again."
    )
    assert reasons == [again, again, gone, None]
    assert runs.fake.count("chart", "QZRA") == 3
    assert hole not in runs.days("QZRA")
    assert runs.store.sql("from missing_prices").fetchall() == [("QZRA", hole, 3)]
    got = runs.prices("QZRA", market_close(date(2026, 3, 3)), ask_again=2)  # it lies among those asked again
    assert (got.outcome, got.reason) == ("done", None)
    assert runs.store.sql("from missing_prices").fetchall() == [("QZRA", hole, 3)]


def test_a_symbol_whose_prices_end_is_said_to_be_perhaps_delisted(runs):
    runs.fake.add("QZEND", FIRST, last=date(2026, 2, 6))
    assert runs.prices("QZEND").reason == (
        "Yahoo's last price of QZEND is of 2026-02-06: it may be delisted or renamed. If so, take it off the "
        "watchlist."
    )


def test_a_session_that_comes_late_is_stored_when_it_is_there(runs):
    security, hole = runs.fake.securities["QZRA"], date(2026, 2, 11)
    security.hidden[hole] = market_close(date(2026, 3, 3))
    runs.prices("QZRA")
    runs.prices("QZRA", market_close(date(2026, 3, 3)) + timedelta(minutes=1))
    assert runs.days("QZRA") == [day for day in DAYS if day <= date(2026, 3, 3)]
    assert runs.store.sql("from missing_prices").fetchall() == []


def test_rows_that_cannot_be_used_are_quarantined_until_they_can(runs):
    security = runs.fake.securities["QZRA"]
    nulls = dict.fromkeys(("open", "high", "low", "close", "adjclose"))
    security.spoiled = {date(2026, 2, 26): {"high": 1.0}, date(2026, 2, 27): nulls}
    got = runs.prices("QZRA")
    assert (got.outcome, got.count.quarantined) == ("partial", 2)
    assert runs.quarantine() == [
        ("prices", "yahoo:QZRA", 20260226, "high is below low"),
        ("prices", "yahoo:QZRA", 20260227, "a price is missing"),
    ]
    assert runs.prices("QZRA").count.quarantined == 0  # the same rows, refused once
    del security.spoiled[date(2026, 2, 26)]
    assert runs.prices("QZRA").count.new == 1
    assert [line for _, _, line, _ in runs.quarantine()] == [20260227]


def test_a_new_listing_has_no_sessions_before_its_first(runs):
    runs.fake.add("QZNEW", MONDAY)
    assert runs.prices("QZNEW").count.new == 1
    assert runs.store.sql("from missing_prices").fetchall() == []
    tomorrow = market_close(date(2026, 3, 3), after=timedelta(hours=-2))
    runs.fake.add("QZTMW", date(2026, 3, 3))
    got = runs.prices("QZTMW", tomorrow)  # traded, but nothing has closed yet
    assert (got.outcome, runs.stored("QZTMW")) == ("unchanged", [])


def test_crypto_currencies_are_skipped_and_it_is_said(runs):
    got = runs.prices("BTC.X")
    assert got.outcome == "skipped"
    assert got.reason.startswith("BTC.X is a crypto-currency")
    assert runs.fake.requests == 0


def test_the_stored_series_does_not_depend_on_the_way_to_it(home, tmp_path):
    symbols, seed = ("QZRA", "QZRB"), 1
    days = [day for day in DAYS if MONDAY <= day <= date(2026, 3, 10)]

    def market() -> FakeYahoo:
        fake, draw = FakeYahoo(market_close(days[0])), random.Random(seed)
        for symbol in symbols:
            late = draw.sample(days, 2)
            fake.add(
                symbol,
                FIRST,
                splits={draw.choice(days): draw.choice([2.0, 0.1])},
                dividends={day: draw.uniform(0.05, 0.5) for day in draw.sample(days, 2)},
                hidden={day: market_close(day) + timedelta(hours=20) for day in late},
            )
        return fake

    faults = random.Random(seed)
    fake = market()
    with running(home, fake) as runs:
        n_failed = 0
        for day in days:
            for after in (timedelta(hours=-3), timedelta(hours=1)):
                fake.now = market_close(day, after=after)
                fake.fault = lambda kind, symbol: faults.choice(
                    [None, None, None, "limited", "broken", "truncated", "cut", "empty", "short", "refused"]
                )
                for symbol in symbols:
                    try:
                        runs.prices(symbol, attempts=2, ask_again=20)
                    except EmotapeError:
                        n_failed += 1
        assert n_failed > 3
        fake.fault = lambda kind, symbol: None
        got = [(runs.prices(symbol, ask_again=20).outcome, runs.stored(symbol)) for symbol in symbols]
    clean = market()
    clean.now = fake.now
    with running(open_home(tmp_path / "clean"), clean) as runs:
        expected = [(runs.prices(symbol), runs.stored(symbol))[1] for symbol in symbols]
    assert [rows for _, rows in got] == expected
