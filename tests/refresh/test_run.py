"""What a run does when something goes wrong in it: the rest is done, and what is missing is said."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from live.clocks import FakeClock
from refresh.days import stored_tables
from refresh.small_market import FIRST_DAY, MORNING, SYMBOLS

from etl.errors import CheckFailed
from etl.journal import open_journal
from etl.refresh.logs import log_path
from etl.refresh.ran import Ran
from etl.settings import Home
from etl.warehouse.store import open_store
from etl.warehouse.versions import current_version
from models.sessions import exchange_sessions

NO_PRICES = {"yahoo_prices": False}
MARK = "select begin_at::timestamptz, checked_at, newest_at, newest_id::bigint from stream_marks"
KEYS = {"raw_posts": ["source", "post_id"], "raw_prices": ["ticker", "date"]}


def outcomes(ran: Ran, kind: str) -> dict[str, str]:
    """Return what came of each subject of a kind of steps, in the order of the steps."""
    return {step.subject: step.outcome for step in ran.steps if step.kind == kind}


def reasons(ran: Ran, kind: str) -> list[str]:
    return [step.reason or "" for step in ran.steps if step.kind == kind]


def ask(home: Home, query: str) -> list[tuple[Any, ...]]:
    with open_store(home) as store:
        return store.sql(query).fetchall()


def born(message: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(message["created_at"])


def events(home: Home, name: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in log_path(home).read_text().splitlines()]
    return [line for line in lines if line["event"] == name]


def test_an_error_that_nobody_foresaw_fails_its_step_alone(market, home, monkeypatch):
    from etl.refresh import intake

    market.write_settings(home)
    refresh_prices = intake.refresh_prices

    def fail_for_one(store: object, yahoo: object, symbol: str) -> object:
        return {}["a key of another age"] if symbol == "QZB" else refresh_prices(store, yahoo, symbol)

    monkeypatch.setattr(intake, "refresh_prices", fail_for_one)
    ran = market.run(home)
    assert ran.outcome == "partial"
    assert outcomes(ran, "prices") == {"QZA": "done", "QZB": "failed", "QZC": "done"}
    assert [(step.subject, step.reason) for step in ran.not_done] == [
        ("QZB", "Unexpected KeyError: 'a key of another age' (the traceback is in the log)")
    ]
    assert ran.version == 1
    (traceback,) = events(home, "traceback")
    assert traceback["text"].startswith("Traceback (most recent call last)")
    assert "in fail_for_one" in traceback["text"]


def test_an_error_that_quotes_a_secret_is_kept_without_it(market, home, monkeypatch):
    token = "t0ken-that-nobody-may-see"
    market.write_settings(home, **NO_PRICES)

    def fail(*arguments: object) -> None:
        raise RuntimeError(f"https://127.0.0.1/?access_token={token} is odd")

    monkeypatch.setattr("etl.refresh.intake.follow_newest", fail)
    monkeypatch.setattr("etl.refresh.run.tag_new", fail)
    ran = market.run(home, "QZA", environment={"EMOTAPE_STOCKTWITS_TOKEN": token})
    hidden = "Unexpected RuntimeError: https://127.0.0.1/?access_token=[secret] is odd (the traceback is in"
    assert ran.message.startswith(hidden)
    assert ran.steps[0].reason.startswith(hidden)
    assert len(events(home, "traceback")) == 2
    for path in home.path.rglob("*"):
        assert path.is_dir() or token.encode() not in path.read_bytes(), path


def test_an_error_between_steps_ends_the_run_in_order(market, home, monkeypatch):
    market.write_settings(home)
    monkeypatch.setattr("etl.refresh.run.with_trending", lambda *arguments: {}["gone"])
    ran = market.run(home)
    assert (ran.outcome, ran.version) == ("failed", None)
    assert ran.message == "Unexpected KeyError: 'gone' (the traceback is in the log)"
    with open_journal(home, read_only=True) as journal:
        (run,) = journal.read("last_runs", number=5)
    assert (run["outcome"], run["message"]) == ("failed", ran.message)
    assert len(events(home, "traceback")) == 1


def test_a_build_that_breaks_a_promise_is_not_published_and_is_tried_again(market, home, monkeypatch):
    market.write_settings(home, refresh_families=["predictive"], **NO_PRICES)
    assert market.run(home).version == 1
    market.at(MORNING + timedelta(days=1))
    sentence = "The build was stopped, nothing was published: the check so_and_so found 3 rows."
    with monkeypatch.context() as patch:

        def break_promise(store: object) -> None:
            raise CheckFailed(sentence)

        patch.setattr("etl.warehouse.build.run_checks", break_promise)
        for new in (12, 0):
            ran = market.run(home)
            assert (ran.outcome, ran.version) == ("partial", None)
            assert [(step.kind, step.reason) for step in ran.not_done] == [("build", sentence)]
            assert "regress" not in {step.kind for step in ran.steps}
            assert sum(step.counts.rows_new for step in ran.steps if step.kind == "posts") == new
            assert current_version(home).number == 1
            assert not list(home.published.glob(".making-*"))
    ran = market.run(home)
    assert (ran.outcome, ran.version) == ("done", 2)


def test_an_estimate_that_fails_holds_up_no_version_and_is_tried_again(market, home, monkeypatch):
    market.write_settings(home, refresh_families=["predictive"], **NO_PRICES)
    with monkeypatch.context() as patch:
        patch.setattr("etl.refresh.stages._estimate_family", lambda *arguments: 1 / 0)
        ran = market.run(home)
    assert (ran.outcome, ran.version) == ("partial", 1)
    assert reasons(ran, "regress") == [
        "Unexpected ZeroDivisionError: division by zero (the traceback is in the log)"
    ]
    ran = market.run(home)
    assert (ran.outcome, outcomes(ran, "regress")) == ("done", {"predictive": "skipped"})


def test_a_source_that_refused_is_asked_for_no_other_symbol_until_its_breaker_closes(market, home):
    market.write_settings(home, **NO_PRICES)
    market.stocktwits.fault = lambda asked: "403 html"
    for asked in (1, 0):
        market.stocktwits.asked.clear()
        ran = market.run(home)
        assert ran.outcome == "failed"
        assert outcomes(ran, "posts") == dict.fromkeys(SYMBOLS, "failed")
        first, *others = reasons(ran, "posts")
        assert "StockTwits turned this address away (403, text/html in place of JSON" in first
        assert "it is left alone until 2026-03-03 11:45 UTC" in first
        assert others == [f"Not asked for: {first}"] * 2
        assert len(market.stocktwits.asked) == asked
    market.stocktwits.fault = lambda asked: None
    assert market.run(home, clock=FakeClock(MORNING + timedelta(minutes=16))).outcome == "done"


def test_a_source_that_fails_three_times_in_a_row_is_left_for_the_run(market, home):
    market.write_settings(home, stocktwits_backfill_days=30, **NO_PRICES)
    # Only newest pages are answered: each symbol is left with a gap.
    market.stocktwits.fault = lambda asked: "500" if "max" in asked.parameters else None
    ran = market.run(home, *SYMBOLS)
    assert outcomes(ran, "posts") == dict.fromkeys(SYMBOLS, "done")
    assert outcomes(ran, "older posts") == dict.fromkeys(SYMBOLS, "failed")
    market.stocktwits.fault = lambda asked: "500"
    market.stocktwits.asked.clear()
    ran = market.run(home, *SYMBOLS, "QZNEW")
    assert len(market.stocktwits.asked) == 3 * 2
    # A symbol that is new waited longest of all.
    assert list(outcomes(ran, "posts")) == ["QZNEW", *SYMBOLS]
    left = [reason for reason in reasons(ran, "posts") + reasons(ran, "older posts") if "Not asked" in reason]
    assert len(left) == 1 + 3
    assert set(left) == {
        "Not asked for: stocktwits failed for 3 symbols in a row: StockTwits gave no answer (attempts: 2): "
        "an error of its own (500); the next run asks again."
    }
    market.stocktwits.fault = lambda asked: None
    assert market.run(home).outcome == "done"
    assert ask(home, "select count(*) from stream_gaps") == [(0,)]


def test_failures_that_are_not_in_a_row_leave_a_source_open(market, home):
    market.write_settings(home, stocktwits_attempts=1, **NO_PRICES)
    market.stocktwits.fault = lambda asked: None if "QZB" in asked.path else "500"
    ran = market.run(home, "QZNEW", "QZA", "QZB", "QZOLD", "QZC")
    assert list(outcomes(ran, "posts").values()) == ["failed", "failed", "done", "failed", "failed"]
    assert not [reason for reason in reasons(ran, "posts") if "Not asked" in reason]


def test_symbols_that_waited_longest_are_asked_for_first(market, home):
    # Two requests at once are all that the run may make, and it waits for no third.
    market.write_settings(
        home,
        stocktwits_backfill_days=0,
        stocktwits_requests_per_hour=4,
        refresh_patience_minutes=0,
        **NO_PRICES,
    )
    asked = []
    for hours in range(3):
        market.stocktwits.asked.clear()
        market.at(MORNING + timedelta(hours=hours))
        ran = market.run(home)
        asked.append(market.symbols_asked())
        assert ran.outcome == "partial"
        assert "refresh.patience_minutes" in ran.not_done[0].reason
    assert asked == [["QZA", "QZB"], ["QZC", "QZA"], ["QZB", "QZC"]]


def test_symbols_that_always_fail_keep_no_others_waiting(market, home):
    market.write_settings(home, stocktwits_attempts=1, yahoo_attempts=1)
    symbols = ("QZX", "QZY", "QZZ", "QZA")
    market.stocktwits.fault = lambda asked: None if "QZA" in asked.path else "422"
    market.yahoo.faults.update(dict.fromkeys(symbols[:3], "truncated"))
    ran = market.run(home, *symbols)
    assert ran.outcome == "failed"
    assert set(outcomes(ran, "posts").values()) == set(outcomes(ran, "prices").values()) == {"failed"}
    ran = market.run(home, *symbols)
    assert outcomes(ran, "posts") == outcomes(ran, "prices")
    assert list(outcomes(ran, "posts").items()) == [("QZA", "done"), *((x, "failed") for x in symbols[:3])]


def test_trending_symbols_that_cannot_be_had_leave_the_watchlist_to_be_followed(market, home):
    market.write_settings(home, watchlist_trending=True, **NO_PRICES)
    market.stocktwits.fault = lambda asked: "html" if asked.kind == "trending" else None
    ran = market.run(home)
    assert ran.outcome == "partial"
    (reason,) = reasons(ran, "trending")
    assert reason.startswith("StockTwits lists no trending symbols: ")
    assert outcomes(ran, "posts") == dict.fromkeys(SYMBOLS, "done")


@pytest.mark.parametrize("servers_too", [False, True], ids=["of this machine", "of the servers too"])
def test_a_clock_that_is_set_back_by_a_year_loses_nothing(market, home, servers_too):
    market.write_settings(home)
    assert market.run(home, "QZA").outcome == "done"
    stored, (mark,) = stored_tables(home), ask(home, MARK)
    back = MORNING - timedelta(days=365)
    market.at(back if servers_too else MORNING + timedelta(days=1))
    market.run(home, "QZA", clock=FakeClock(back))
    for name, key in KEYS.items():
        assert stored[name].join(stored_tables(home)[name], on=key, how="anti").is_empty()
    (begin_at, *seen), (begin_after, *seen_after) = mark, *ask(home, MARK)
    assert begin_after == begin_at
    assert all(after >= before for before, after in zip(seen, seen_after, strict=True))
    market.at(MORNING + timedelta(days=2))
    assert market.run(home, "QZA").outcome == "done"
    there = [m for m in market.stocktwits.messages["QZA"] if begin_at <= born(m) < market.now]
    ((posts, prices, newest),) = ask(
        home,
        f"select (select count(*) from raw_posts where created_at >= '{begin_at}'), count(*), max(date)"
        " from raw_prices",
    )
    assert (posts, newest) == (len(there), date(2026, 3, 4))
    sessions = exchange_sessions(FIRST_DAY, newest)["session"]
    assert prices == sessions.is_between(FIRST_DAY, newest).sum()
