"""Runs that are stopped, killed, or out of disk: nothing that was stored is lost, and the next goes on."""

import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from live.clocks import FakeClock
from live.loopback import Handler, serving
from polars.testing import assert_frame_equal
from processes import start
from refresh.days import stored_tables
from refresh.inboxes import OBEYING_MODES, drop, lines
from refresh.small_market import MORNING, SYMBOLS, code_at, emotape_at, environment_of
from samples import message

from etl.journal import open_journal
from etl.settings import Home, open_home
from etl.warehouse.published import open_published
from etl.warehouse.store import open_store
from etl.warehouse.versions import current_version

# A process that does something when it comes to a function, and then goes on or is gone.
WHEN_IT_COMES_TO = """
import functools, importlib, os, resource, signal
module, _, path = {function!r}.partition(":")
*owners, name = path.split(".")
owner = functools.reduce(getattr, owners, importlib.import_module(module))
function = getattr(owner, name)
def instead(*arguments, **named):
    {do}
    return function(*arguments, **named)
setattr(owner, name, instead)
"""
KILL = "os.kill(os.getpid(), signal.SIGKILL)"
TERMINATE = "os.kill(os.getpid(), signal.SIGTERM)"
# In the order of the day: before and within what each kind of step commits.
POINTS = [
    "etl.refresh.intake:follow_newest",
    "etl.warehouse.load_live:log_load",
    "etl.refresh.follow:store_older",
    "etl.refresh.intake:refresh_prices",
    "etl.refresh.intake:take_one",
    "etl.warehouse.tagging:score",
    "etl.warehouse.build:run_checks",
    "etl.refresh.stages:_estimate_family",
    "etl.warehouse.versions:_point_to",
    "etl.journal:Journal.end_run",
]


def runs(home: Home) -> list[dict[str, object]]:
    """Return what the journal says of the runs, the first of them first."""
    with open_journal(home, read_only=True) as journal:
        return journal.read("last_runs", number=50)[::-1]


def n_posts(home: Home) -> int:
    with open_store(home) as store:
        ((count,),) = store.sql("select count(*) from raw_posts").fetchall()
    return int(count)


def test_a_run_that_is_told_to_stop_finishes_its_page_and_the_next_one_goes_on(market, home):
    market.write_settings(home, yahoo_prices=False, stocktwits_backfill_days=20)

    def stop(asked):
        # The fifth page is the second of a symbol's older ones.
        if asked.number == 5:
            process.send_signal(signal.SIGTERM)

    market.stocktwits.fault = stop
    process = start(code_at(MORNING, "refresh", *SYMBOLS), environment=environment_of(home))
    stopped = process.finish()
    market.stocktwits.fault = lambda asked: None
    assert stopped.returncode == 3, stopped.stderr
    assert len(market.stocktwits.asked) == 5
    assert n_posts(home) == 5 * 30
    assert stopped.stderr.endswith(
        "emotape: run 1 stopped: Stopped by SIGTERM. What was committed is kept; the next run goes on from "
        "there.\n"
    )
    assert "published: nothing; readers keep the version before" in stopped.stdout
    assert runs(home)[0]["outcome"] == "stopped"

    # Again, in the middle of the build.
    before = WHEN_IT_COMES_TO.format(function="etl.warehouse.build:make_returns", do=TERMINATE)
    done = emotape_at(MORNING, "refresh", *SYMBOLS, home=home, before=before)
    assert done.returncode == 3, done.stderr
    assert "\nbuild: stopped\n" in done.stdout
    assert runs(home)[1]["outcome"] == "stopped"
    assert list(home.published.iterdir()) == []
    ran = market.run(home)
    assert (ran.outcome, ran.version) == ("done", 1)
    assert {step.outcome for step in ran.steps if step.kind == "posts"} == {"unchanged"}


@pytest.mark.parametrize("points", [POINTS[1::2], pytest.param(POINTS, marks=pytest.mark.slow)])
def test_a_run_that_is_killed_anywhere_loses_nothing_and_is_noted_by_the_next(market, tmp_path, points):
    def new_home(name: str) -> Home:
        home = open_home(tmp_path / name)
        market.write_settings(
            home,
            refresh_families=["predictive"],
            stocktwits_backfill_days=20,
            watchlist_symbols=SYMBOLS[:2],
        )
        drop(home, "posts.jsonl", lines(message(7, "2026-03-02T17:00:00Z", "found elsewhere", "QZA")))
        return home

    home, clean = new_home("home"), new_home("clean")
    for number, function in enumerate(points, 1):
        before = WHEN_IT_COMES_TO.format(function=function, do=KILL)
        done = emotape_at(MORNING, "refresh", home=home, before=before)
        assert done.returncode == -signal.SIGKILL, (function, done.stderr)
        assert [run["outcome"] for run in runs(home)] == ["killed"] * (number - 1) + ["running"]
        published = function.endswith("end_run")
        is_built = POINTS.index(function) >= POINTS.index("etl.warehouse.build:run_checks")
        assert home.published.exists() == is_built
        assert (home.published / "current").exists() == published
    ran = market.run(home, *SYMBOLS[:2])
    assert (ran.outcome, ran.version) == ("done", None)
    assert [run["outcome"] for run in runs(home)] == ["killed"] * len(points) + ["done"]
    assert current_version(home).number == 1
    assert market.run(clean, *SYMBOLS[:2]).version == 1
    found, expected = stored_tables(home), stored_tables(clean)
    for name, rows in expected.items():
        assert_frame_equal(found[name], rows)
    prints = []
    for one in (home, clean):
        with open_published(one) as published:
            prints.append(published.query("publication")["fingerprint"][0])
    assert prints[0] == prints[1]


@pytest.mark.skipif(sys.platform == "win32", reason="limits on files are those of POSIX")
def test_a_disk_that_is_full_ends_the_run_with_a_sentence_and_the_next_one_repairs(market, home):
    market.write_settings(home, yahoo_prices=False, stocktwits_backfill_days=20)
    full = (
        "if len(stored := globals().setdefault('stored', [])) == 3:"
        " resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n    stored.append(1)"
    )
    before = WHEN_IT_COMES_TO.format(function="etl.warehouse.load_live:gather_posts", do=full)
    # What it says goes through pipes: a file would be full as well.
    done = subprocess.run(
        [sys.executable, "-c", code_at(MORNING, "refresh", *SYMBOLS, before=before)],
        env=environment_of(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "  failed   The store refused: " in done.stderr
    assert "What was committed before is kept. If the disk is full, free some space" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("emotape: run 1 failed: The journal cannot be written")
    assert n_posts(home) == 3 * 30
    ran = market.run(home)
    assert (ran.outcome, ran.version) == ("done", 1)
    assert [run["outcome"] for run in runs(home)] == ["killed", "done"]
    there = [m for symbol in SYMBOLS for m in market.stocktwits.messages[symbol]]
    since = f"{MORNING - timedelta(days=20):%Y-%m-%dT%H:%M:%SZ}"
    until = f"{MORNING:%Y-%m-%dT%H:%M:%SZ}"
    with open_store(home) as store:
        ((count,),) = store.execute(
            "select count(*) from raw_posts where created_at >= $since::timestamptz", {"since": since}
        ).fetchall()
    assert count == sum(since <= m["created_at"] < until for m in there)


@pytest.mark.skipif(sys.platform != "linux", reason="root's rights are given up as Linux has it")
@pytest.mark.parametrize("used", [False, True], ids=["new", "used"])
def test_a_home_that_may_only_be_read_is_a_sentence_that_the_webhook_gets_too(market, home, used):
    market.write_settings(home, yahoo_prices=False)
    if used:
        market.run(home, "QZA")
    told = []

    class Hook(Handler):
        def do_POST(self) -> None:
            told.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.answer(204, b"")

    home.path.chmod(0o555)
    with serving(Hook) as hook:
        done = subprocess.run(
            [sys.executable, "-c", OBEYING_MODES, code_at(MORNING, "refresh", "QZA")],
            env=environment_of(home, {"EMOTAPE_WEBHOOK_URL": f"{hook}/hook"}),
            capture_output=True,
            text=True,
            check=False,
        )
    home.path.chmod(0o755)
    assert done.returncode == 1
    assert done.stderr.startswith("emotape: The ")
    assert done.stderr.count("\n") == 1
    assert "writable" in done.stderr
    (facts,) = told
    assert '"outcome": "failed"' in facts
    if used:
        ran = market.run(home, "QZA", clock=FakeClock(MORNING + timedelta(hours=1)))
        assert ran.outcome == "done"
