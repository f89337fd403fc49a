"""How old a source is: by when it last answered, and prices by the sessions that are over without one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from live.clocks import FakeClock
from refresh.inboxes import lines, post

from etl.configuration import Feed, Settings
from etl.configuration.sections import StockTwits, Watchlist, Yahoo
from etl.journal import open_journal
from etl.refresh.freshness import FRESH, LATE, NEVER, STALE, measure_freshness
from etl.refresh.lock import run_lock
from etl.refresh.operations import read_operations
from etl.sources.stocktwits import StockTwits as StockTwitsFiles
from etl.warehouse.build import build_version
from etl.warehouse.load import load_posts
from etl.warehouse.store import open_store

NOW = datetime(2026, 3, 3, 11, 30, tzinfo=UTC)  # a Tuesday
FOLLOWED = Watchlist(symbols=("QZA",))
MOMENT = timedelta(seconds=1)


def answered(kind: str, source: str, at: datetime) -> dict[str, str]:
    """A row of the journal: a source answered."""
    return {"kind": kind, "source": source, "at": at.isoformat(timespec="seconds")}


def posts_after(age: timedelta, settings: Settings | None = None) -> tuple[str, float | None]:
    settings = settings or Settings(watchlist=FOLLOWED, yahoo=Yahoo(prices=False))
    (source,) = measure_freshness(settings, [answered("posts", "stocktwits", NOW - age)], None, NOW)
    return source.level, source.age_hours


def prices_at(last_price: date, now: datetime) -> tuple[str, float | None]:
    settings = Settings(watchlist=FOLLOWED, stocktwits=StockTwits(enabled=False))
    (source,) = measure_freshness(settings, [answered("prices", "yahoo", now)], last_price, now)
    return source.level, source.age_hours


@pytest.mark.parametrize(
    ("age", "level"),
    [
        (timedelta(0), FRESH),
        (timedelta(hours=26), FRESH),
        (timedelta(hours=26) + MOMENT, LATE),
        (timedelta(hours=50), LATE),
        (timedelta(hours=50) + MOMENT, STALE),
        (timedelta(days=400), STALE),
    ],
)
def test_posts_are_late_and_stale_beyond_the_ages_of_the_settings(age, level):
    assert posts_after(age) == (level, round(age / timedelta(hours=1), 2))


def test_an_answer_of_the_future_is_no_older_than_now():
    # The clock was set back since.
    assert posts_after(timedelta(days=-365)) == (FRESH, 0.0)


@pytest.mark.parametrize(
    ("last_price", "close"),
    [
        (date(2026, 3, 2), datetime(2026, 3, 3, 21, tzinfo=UTC)),
        (date(2026, 2, 27), datetime(2026, 3, 2, 21, tzinfo=UTC)),  # over a weekend
        (date(2026, 4, 2), datetime(2026, 4, 6, 20, tzinfo=UTC)),  # over Good Friday, in summer time
        (date(2026, 11, 25), datetime(2026, 11, 27, 18, tzinfo=UTC)),  # to the early close after Thanksgiving
    ],
)
def test_prices_age_from_the_close_of_the_first_session_that_has_none(last_price, close):
    assert prices_at(last_price, close - MOMENT) == (FRESH, 0.0)
    assert prices_at(last_price, close + timedelta(hours=18)) == (FRESH, 18.0)
    assert prices_at(last_price, close + timedelta(hours=18) + MOMENT) == (LATE, 18.0)
    assert prices_at(last_price, close + timedelta(hours=66)) == (LATE, 66.0)
    assert prices_at(last_price, close + timedelta(hours=66) + MOMENT) == (STALE, 66.0)


def test_a_source_that_is_to_be_asked_and_never_answered_is_told():
    settings = Settings(watchlist=FOLLOWED, feeds={"news": Feed(url="http://127.0.0.1/{symbol}")})
    found = measure_freshness(settings, [answered("posts", "news", NOW)], None, NOW)
    assert [(source.source, source.level, source.age_hours) for source in found] == [
        ("stocktwits", NEVER, None),
        ("news", FRESH, 0.0),
        ("yahoo", NEVER, None),
    ]


def test_sources_that_are_switched_off_have_no_age():
    settings = Settings(watchlist=FOLLOWED, stocktwits=StockTwits(enabled=False), yahoo=Yahoo(prices=False))
    assert measure_freshness(settings, [answered("posts", "stocktwits", NOW)], None, NOW) == []


def test_symbols_of_the_command_line_alone_make_a_source_one_to_be_watched():
    long_ago = NOW - timedelta(days=9)
    assert measure_freshness(Settings(), [], None, NOW) == []
    (source,) = measure_freshness(Settings(), [answered("posts", "stocktwits", long_ago)], None, NOW)
    assert (source.level, source.answered_at) == (STALE, long_ago)


@pytest.mark.parametrize(
    "followed", [Watchlist(symbols=("QZA",)), Watchlist(file="list.txt"), Watchlist(trending=True)]
)
def test_every_kind_of_watchlist_makes_sources_ones_to_be_asked(followed):
    found = measure_freshness(Settings(watchlist=followed), [], None, NOW)
    assert [(source.kind, source.level) for source in found] == [("posts", NEVER), ("prices", NEVER)]


def test_a_home_that_only_loads_files_is_never_stale(home, tmp_path):
    file = tmp_path / "posts.jsonl"
    file.write_text(lines(post(1)))
    with open_store(home) as store:
        load_posts(store, StockTwitsFiles(), file)
        build_version(store, home)
    operations = read_operations(home, FakeClock(NOW + timedelta(days=3000)))
    assert operations == {
        "running": None,
        "runs": [],
        "troubles": [],
        "breakers": [],
        "freshness": [],
        "is_stale": False,
        "next_run": None,
    }


def test_a_home_of_which_nothing_was_ever_asked_is_not_stale_and_one_that_follows_is(home):
    assert not read_operations(home, FakeClock(NOW))["is_stale"]
    home.settings_file.write_text('[watchlist]\nsymbols = ["QZA"]\n')
    operations = read_operations(home, FakeClock(NOW))
    assert operations["is_stale"]
    assert [source["level"] for source in operations["freshness"]] == [NEVER, NEVER]


def test_the_next_run_is_told_once_there_was_one(home):
    with open_journal(home, FakeClock(NOW)) as journal:
        journal.end_run(journal.begin_run({}), "done")
    operations = read_operations(home, FakeClock(NOW))
    # At 06:30 in New York, the one of this very moment having begun.
    assert operations["next_run"] == NOW + timedelta(days=1)
    assert [run["outcome"] for run in operations["runs"]] == ["done"]


def test_a_run_that_is_gone_without_a_word_is_killed_and_one_that_holds_the_home_is_running(home):
    with open_journal(home, FakeClock(NOW)) as journal:
        journal.begin_run({})
    with run_lock(home, "emotape refresh"):
        operations = read_operations(home, FakeClock(NOW))
    assert operations["running"]["what"] == "emotape refresh"
    assert operations["runs"][0]["outcome"] == "running"
    operations = read_operations(home, FakeClock(NOW))
    assert operations["running"] is None
    assert operations["runs"][0]["outcome"] == "killed"
