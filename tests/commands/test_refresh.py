"""`emotape refresh` as whoever schedules it meets it: what it prints, ends with, stores, and never tells."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from subprocess import CompletedProcess

import pytest
from live.loopback import Handler, serving
from open_version import open_version
from refresh.inboxes import drop, lines, post
from refresh.small_market import MORNING, SYMBOLS, Market, emotape_at, open_market

from etl.refresh.lock import run_lock
from etl.settings import Home, open_home
from etl.warehouse.published import open_published
from etl.warehouse.results import read_results
from etl.warehouse.store import open_store
from etl.warehouse.versions import current_version

TOKEN = "t0ken-that-nobody-may-see"
HOOK = "/hooks/T9/s3cret-path"


@pytest.fixture(scope="module")
def served() -> Iterator[Market]:
    with open_market() as market:
        yield market


@pytest.fixture
def market(served: Market) -> Market:
    """The market on its first morning, all well."""
    served.begin_anew()
    return served


@dataclass
class Days:
    """A home in which a run went well, one had nothing to do, and on the next day StockTwits was down."""

    home: Home
    first: "CompletedProcess[str]"
    asked_first: list[str]
    again: "CompletedProcess[str]"
    prices_asked_again: int
    down: "CompletedProcess[str]"
    status: "CompletedProcess[str]"
    told: list[tuple[str, dict[str, object]]] = field(default_factory=list)


@pytest.fixture(scope="module")
def days(served: Market, tmp_path_factory: pytest.TempPathFactory) -> Days:
    home = open_home(tmp_path_factory.mktemp("days") / "home")
    # Variables of the regression reach back 183 sessions.
    served.yahoo.securities = {name: served.yahoo.securities[name] for name in ("SPY", *SYMBOLS)}
    for symbol in SYMBOLS:
        served.yahoo.add(symbol, date(2025, 4, 1))
    told: list[tuple[str, dict[str, object]]] = []

    class Hook(Handler):
        def do_POST(self) -> None:
            told.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.answer(204, b"")

    with serving(Hook) as hook:
        served.write_settings(
            home,
            watchlist_symbols=SYMBOLS,
            refresh_families=["predictive"],
            yahoo_first_day="2025-04-01",
        )
        secrets = {"EMOTAPE_STOCKTWITS_TOKEN": TOKEN, "EMOTAPE_WEBHOOK_URL": hook + HOOK}

        def run(*arguments: str) -> "CompletedProcess[str]":
            return emotape_at(served.now, *arguments, home=home, environment=secrets)

        served.at(MORNING)
        served.stocktwits.asked.clear()
        first = run("refresh", "--since", "2026-01-26")
        asked_first = [asked.path for asked in served.stocktwits.asked]
        served.yahoo.asked.clear()
        again = run("refresh")
        prices_asked_again = served.yahoo.count("chart")
        assert told == []
        served.at(MORNING + timedelta(days=1))
        served.stocktwits.fault = lambda asked: "500"
        down = run("refresh")
        served.stocktwits.fault = lambda asked: None
        status = run("status", "--json")
    return Days(home, first, asked_first, again, prices_asked_again, down, status, told)


def shown(done: "CompletedProcess[str]") -> str:
    return f"{done.stdout}\n{done.stderr}"


def ask_market(home: Home, query: str) -> list[tuple[object, ...]]:
    with open_version(current_version(home)) as market:
        return market.sql(query).fetchall()


def posts_by_source(home: Home) -> dict[str, int]:
    with open_store(home) as store:
        return dict(store.sql("select source, count(*) from raw_posts group by all").fetchall())


def test_a_first_run_says_what_came_and_publishes_it_with_estimates_once(days):
    assert days.first.returncode == 0, shown(days.first)
    assert days.first.stderr == ""
    said = days.first.stdout.splitlines()
    assert said[0] == "newest posts: 90 new rows; 3 requests; 3 done"
    assert said[1].startswith("older posts: ")
    assert said[2].startswith("prices: ")
    assert said[-5:] == [
        f"tag: {sum(posts_by_source(days.home).values()):,} posts",
        "build: done",
        "regress predictive: done",
        "published: version 1",
        "run 1: done",
    ]
    with open_published(days.home) as published:
        models, terms = read_results(published)
    assert set(models["family"]) == {"predictive"}
    assert terms.height > 0


def test_a_run_with_nothing_new_asks_for_no_price_and_publishes_nothing(days):
    assert days.again.returncode == 0, shown(days.again)
    assert days.again.stderr == ""
    said = days.again.stdout.splitlines()
    assert said[0] == "newest posts: 0 new, 90 duplicate rows; 3 requests; 3 unchanged"
    assert said[1:] == [
        "prices: 0 new rows; no request; 3 unchanged",
        "tag: unchanged",
        "build: unchanged",
        "regress predictive: unchanged",
        "published: nothing new",
        "run 2: done",
    ]
    assert days.prices_asked_again == 0


def test_a_source_that_is_down_is_named_with_the_reason_and_the_rest_is_done(days):
    assert days.down.returncode == 3
    assert "newest posts: 0 new rows; 6 requests (3 of them retries); 3 failed" in days.down.stdout
    assert "published: version 2" in days.down.stdout
    heading, row, _, ending = days.down.stderr.strip().splitlines()
    assert heading.split() == ["what", "of", "for", "outcome", "why"]
    assert row.split(maxsplit=2)[:2] == ["posts", "stocktwits"]
    assert "QZA, QZB, QZC  failed   StockTwits gave no answer (attempts: 2): an error of its own (500)" in row
    assert ending == "emotape: run 3 partial: 3 of 10 steps were not done in full: posts of stocktwits (3)."
    status = json.loads(days.status.stdout)["operations"]
    assert status["runs"][0]["outcome"] == "partial"
    assert [trouble["subject"] for trouble in status["troubles"]] == list(SYMBOLS)
    assert "an error of its own (500)" in status["troubles"][0]["reason"]


def test_a_day_on_which_nobody_looked_has_no_counts_and_says_whose_fault_it_is(days):
    # The first run looked on the 3rd at half past six; on the 4th StockTwits was down.
    before_open, dead = ask_market(
        days.home,
        "select coverage, dead_sources from window_coverage"
        " where ticker = 'QZA' and session = '2026-03-03' order by begin_at",
    )
    assert 0 < before_open[0] < 1
    assert before_open[1] == []
    assert dead == (0.0, ["stocktwits"])
    with open_published(days.home) as published:
        panel = published.query("panel", tagger="linear").filter(ticker="QZA")
    counted = ("intraday_coverage", "intraday_posts", "intraday_n_happy", "pre_open_posts")
    (good,) = panel.filter(session=date(2026, 3, 2)).select(counted[:2]).rows()
    assert good == (1.0, 1)
    (bad,) = panel.filter(session=date(2026, 3, 3)).select(counted).rows()
    assert bad == (0.0, None, None, None)


def test_the_webhook_is_told_of_the_run_that_was_not_done_and_of_no_other(days):
    ((path, facts),) = days.told
    assert path == HOOK
    assert (facts["run_id"], facts["outcome"]) == (3, "partial")
    assert facts["message"] == "3 of 10 steps were not done in full: posts of stocktwits (3)."
    assert [failure["subject"] for failure in facts["failures"]] == list(SYMBOLS)
    assert {failure["source"] for failure in facts["failures"]} == {"stocktwits"}


def test_secrets_are_used_and_stand_nowhere(days):
    assert all(f"access_token={TOKEN}" in path for path in days.asked_first)
    files = [path for path in days.home.path.rglob("*") if path.is_file()]
    assert days.home.journal in files
    assert days.home.store in files
    for secret in (TOKEN, HOOK, "s3cret-path"):
        for path in files:
            assert secret.encode() not in path.read_bytes(), path
        for done in (days.first, days.again, days.down, days.status):
            assert secret not in shown(done)


def test_a_day_on_which_nobody_answers_is_failed(market, home):
    market.write_settings(home, yahoo_attempts=1)
    market.stocktwits.fault = lambda asked: "403 html"
    market.yahoo.faults["*"] = "refused"
    done = emotape_at(MORNING, "refresh", *SYMBOLS, home=home)
    assert done.returncode == 1
    assert "published: nothing new" in done.stdout
    assert len(market.stocktwits.asked) == 1
    _, *rows, _, ending = done.stderr.strip().splitlines()
    assert [row.split()[:2] for row in rows] == [["posts", "stocktwits"]] * 2 + [["prices", "yahoo"]] * 2
    assert "QZA       failed   StockTwits turned this address away (403, text/html" in rows[0]
    assert "QZB, QZC  failed   Not asked for: StockTwits turned this address away" in rows[1]
    assert ending == (
        "emotape: run 1 failed: 6 of 8 steps were not done in full: posts of stocktwits (3), prices of "
        "yahoo (3)."
    )


def test_symbols_of_the_command_line_and_a_file_stand_in_place_of_the_settings(market, home, tmp_path):
    market.write_settings(home, watchlist_symbols=["QZB"])
    listed = tmp_path / "list.txt"
    listed.write_text("$qzc  # a comment\n\nqznone\n")
    done = emotape_at(MORNING, "refresh", "qza", "--watchlist", listed, home=home)
    assert market.symbols_asked() == ["QZA", "QZC", "QZNONE"]
    # A symbol that nobody knows stops no other.
    assert done.returncode == 3, shown(done)
    assert "2 done, 1 failed" in done.stdout
    assert "posts   stocktwits  QZNONE  failed   StockTwits knows no symbol QZNONE (404" in done.stderr
    assert "prices  yahoo       QZNONE  failed   Yahoo has no prices of QZNONE: it is delisted" in done.stderr
    assert "published: version 1" in done.stdout


def test_without_symbols_no_source_is_asked_and_the_inbox_is_taken_in(emotape, market, home):
    market.write_settings(home, yahoo_ipos=True)
    drop(home, "dropped.jsonl", lines(post(1), post(2)))
    requests = market.yahoo.requests
    done = emotape("refresh", home=home.path)
    assert done.returncode == 0, shown(done)
    assert done.stdout.startswith("No symbol is followed, so no source is asked: name some (`emotape refresh")
    assert "files of the inbox: 2 new rows; no request; 1 done" in done.stdout
    assert "published: version 1" in done.stdout
    assert (market.stocktwits.asked, market.yahoo.requests) == ([], requests)
    assert not (home.inbox / "dropped.jsonl").exists()


def test_what_trends_is_followed_beside_the_watchlist(market, home):
    market.stocktwits.trending = ("QZC", "QZA")
    market.write_settings(home, watchlist_symbols=["QZA"], watchlist_trending=True, yahoo_prices=False)
    done = emotape_at(MORNING, "refresh", home=home)
    assert done.returncode == 0, shown(done)
    assert done.stdout.startswith("trending: QZC, QZA\nnewest posts: ")
    assert market.symbols_asked() == ["QZA", "QZC"]


def test_two_sources_of_posts_live_in_one_home(market, home):
    def answer(handler: Handler) -> None:
        items = [
            {"id": f"{symbol}-{n}", "text": f"{symbol} thought {n}", "at": f"2026-03-0{3 - n}T10:00:00Z"}
            for symbol in [handler.path.rsplit("/", 1)[-1]]
            for n in range(2)
        ]
        handler.answer_json(200, {"posts": items})

    feed = type("Feed", (Handler,), {"do_GET": answer, "now": lambda self: MORNING})
    with serving(feed) as address:
        settings = (
            f"[feeds.chatter]\nurl = '{address}/{{symbol}}'\nitems = 'posts'\nfields = ['created_at=at']\n"
            "backfill_days = 1\n"
        )
        market.write_settings(home, settings, yahoo_prices=False)
        done = emotape_at(MORNING, "refresh", "QZA", "QZB", home=home)
    assert done.returncode == 0, shown(done)
    assert posts_by_source(home)["chatter"] == 4
    windows = ask_market(home, "select max(n_sources) from window_coverage where ticker = 'QZA'")
    assert windows == [(2,)]


def test_a_second_run_says_who_holds_the_home_and_since_when(emotape, home):
    with run_lock(home, "emotape vacuum"):
        done = emotape("refresh", home=home.path)
    assert done.returncode == 1
    assert f"emotape: `emotape vacuum` has been running in {home.path} since 20" in done.stderr
    assert f"(process {os.getpid()} on " in done.stderr
    assert "wait until it is done, or stop that process" in done.stderr


@pytest.mark.parametrize(
    ("settings", "arguments", "sentence"),
    [
        ("[stocktwits]\nattempts = 0", (), "stocktwits.attempts"),
        ("[refresh]\nfamilies = ['predictiv']", (), "there is no family predictiv; did you mean predictive?"),
        ("[refresh]\ntagger = 'linaer'", (), "linaer"),
        ("", ("--since", "2999-01-01"), "--since 2999-01-01 is still to come"),
    ],
)
def test_what_is_written_wrongly_is_one_sentence_before_anything_is_asked(
    emotape, home, settings, arguments, sentence
):
    home.settings_file.write_text(settings)
    done = emotape("refresh", "QZA", *arguments, home=home.path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("emotape: ")
    assert done.stderr.count("\n") == 1
    assert sentence in done.stderr
    assert [path.name for path in home.path.iterdir()] == ["emotape.toml"]
