"""Real posts in one command, as a user runs it, against a home of files on loopback."""

import os
import pty
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from processes import Running, start
from public.library import SESSIONS, Answer, open_library, small_market, tagged_sample, write_manifest
from samples import message, price_table, write_lines

from etl.public.manifest import Trained
from etl.settings import Home, open_home
from etl.warehouse.published import open_published
from etl.warehouse.store import open_store
from etl.warehouse.versions import current_version

# The command line with a manifest of ours in place of the shipped one, and in no hurry to be polite.
MAIN = """
import pathlib, sys
from etl.public import manifest, transfer
manifest.MANIFEST, transfer.PAUSE = pathlib.Path(sys.argv.pop(1)), 0.01
from etl.cli import main
main()
"""
KNOWN = Trained("80", {"neutral": 1})  # the tagger knows row 0


class Fetch:
    """`emotape fetch` in a process of its own, where the library is the home of all files."""

    def __init__(self, library, folder: Path) -> None:
        self.library, self.home = library, open_home(folder / "home")
        self.market, self.sample = small_market(library), tagged_sample(library, KNOWN)
        self.manifest = write_manifest(folder / "manifest.toml", self.market, self.sample)
        self.address = library.address

    def start(self, *arguments: object) -> Running:
        return start(MAIN, self.manifest, *arguments, environment=self.environment())

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "EMOTAPE_HOME": str(self.home.path),
            "EMOTAPE_FETCH_BASE_URL": self.address,
        }

    def __call__(self, *arguments: object, stdin: int | None = None) -> tuple[int, str, str]:
        if stdin is None:
            done = self.start("fetch", *arguments).finish()
        else:
            done = subprocess.run(
                [sys.executable, "-c", MAIN, str(self.manifest), "fetch", *map(str, arguments)],
                env=self.environment(),
                stdin=stdin,
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def fetch(tmp_path):
    with open_library() as library:
        yield Fetch(library, tmp_path)


def stored(home: Home) -> tuple[list[object], ...]:
    """Everything of a warehouse that a fetch might touch."""
    with open_store(home) as store:
        return tuple(
            store.execute(f"select * from {table} order by all").fetchall()
            for table in ("raw_posts", "raw_prices", "loads", "post_scores", "quarantine")
        )


def test_posts_and_prices_are_fetched_loaded_built_and_a_second_run_changes_nothing(fetch):
    code, out, err = fetch("small-market", "--yes")
    assert (code, err) == (0, "")
    for said in (
        "https://github.com/ours/market (commit 0123456789ab)",
        "licence  ours",
        "fetched: 5 files",
        "2 of 2 files: 120 new",
        "3 of 3 files: 120 new",
        "published: version 1, 120 posts, 120 prices",
        f"emotape regress --home {fetch.home.path}",
        "emotape serve",
    ):
        assert said in out
    with open_published(fetch.home) as published:
        tickers = published.query("symbols")["ticker"].to_list()
    assert sorted(tickers) == ["AAPL", "BRK.B", "TSLA"]
    before = stored(fetch.home)
    assert {row[0] for row in before[0]} == {"small-market"}

    fetch.library.asked.clear()
    code, out, err = fetch("small-market")  # nothing to fetch, so nothing to agree to
    assert (code, err) == (0, "")
    assert "all files are there and verified" in out
    assert "nothing is new" in out
    assert fetch.library.asked == []
    assert stored(fetch.home) == before
    assert current_version(fetch.home).number == 1


@pytest.mark.slow
def test_a_home_that_was_moved_is_still_the_same(fetch, tmp_path):
    assert fetch("small-market", "--yes")[0] == 0
    fetch.home = open_home(fetch.home.path.rename(tmp_path / "moved"))
    code, out, err = fetch("small-market")
    assert (code, err) == (0, "")
    assert "from elsewhere" not in out
    assert "3 of 3 files: 0 new, 120 unchanged" in out
    assert "nothing is new" in out


@pytest.mark.slow
def test_a_run_that_ended_before_the_build_is_completed_by_the_next(fetch):
    assert fetch("small-market", "--yes", "--download-only")[0] == 0
    with open_store(fetch.home) as store:
        assert store.execute("select count(*) from loads").fetchall() == [(0,)]
    code, out, _ = fetch("small-market")
    assert code == 0
    assert "published: version 1, 120 posts" in out


def test_labelled_posts_measure_the_tagger_and_are_not_loaded(fetch):
    code, out, err = fetch("small-sample", "--yes")
    assert (code, err) == (0, "")
    assert "they cannot be placed in a session" in out
    assert "trained on 1 of them, so it is measured on the others" in out
    assert "on 27 posts of unseen.parquet" in out
    assert "accuracy" in out
    folder = fetch.home.path / "public" / "small-sample"
    assert f"emotape evaluate {folder / 'unseen.parquet'} --tagger linear --tagger lexicon" in out
    assert not fetch.home.store.exists()
    assert not fetch.home.published.exists()


def test_the_list_shows_what_there_is_and_asks_nobody(fetch):
    code, out, _ = fetch("--list")
    assert code == 0
    assert "small-market: posts written for tests" in out
    assert "licence  MIT" in out
    assert fetch.library.asked == []


@pytest.mark.parametrize("arguments", [(), ("nothing",)])
def test_a_data_set_that_is_not_there_is_wrong_usage(fetch, arguments):
    code, _, err = fetch(*arguments)
    assert code == 2
    assert "expected one of: small-market, small-sample" in err


def test_without_a_terminal_and_without_yes_nothing_is_fetched(fetch):
    code, out, err = fetch("small-market")
    assert code == 1
    assert "licence  ours" in out
    assert err.startswith("emotape: There is no terminal to ask on, and nothing was fetched;")
    assert len(err.splitlines()) == 1
    assert fetch.library.asked == []
    assert not (fetch.home.path / "public").exists()


@pytest.mark.parametrize(("answer", "code"), [("n\n", 1), ("y\n", 0)])
def test_on_a_terminal_it_asks(fetch, answer, code):
    keyboard, terminal = pty.openpty()
    try:
        os.write(keyboard, answer.encode())
        got, out, err = fetch("small-sample", "--download-only", stdin=terminal)
    finally:
        os.close(keyboard)
        os.close(terminal)
    assert "Fetch it under this licence?" in out
    assert got == code
    assert bool(fetch.library.asked) == (code == 0)
    assert ("Nothing was fetched" in err) == (code == 1)


def prices_of(fetch: Fetch, ticker: str) -> list[tuple[object, ...]]:
    with open_store(fetch.home) as store:
        return store.execute("select * from raw_prices where ticker = ? order by date", [ticker]).fetchall()


def one_sentence(result: tuple[int, str, str]) -> str:
    code, _, err = result
    assert code == 1
    (line,) = err.splitlines()
    assert line.startswith("emotape: ")
    assert "Traceback" not in line
    assert "unexpected" not in line
    return line


def test_a_wrong_checksum_a_missing_file_or_no_network_change_nothing_that_is_stored(
    fetch, emotape, tmp_path
):
    own = write_lines(tmp_path / "own.jsonl", [message(1, "2020-01-03T12:00:00Z", "mine", "AAPL")])
    assert emotape("load", "posts", own, home=fetch.home.path).returncode == 0
    before = stored(fetch.home)
    path = next(path for path in fetch.library.files if path.endswith("val.csv"))
    content = fetch.library.files[path]

    fetch.library.files[path] = content.replace(b"up", b"on")
    assert "val.csv has the SHA-256" in one_sentence(fetch("small-market", "--yes"))
    del fetch.library.files[path]
    assert "is not there (404)" in one_sentence(fetch("small-market", "--yes"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        fetch.address = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert "cannot be reached" in one_sentence(fetch("small-market", "--yes"))
    assert stored(fetch.home) == before
    assert not fetch.home.published.exists()

    fetch.address, fetch.library.files[path] = fetch.library.address, content
    code, out, _ = fetch("small-market", "--yes")
    assert code == 0
    assert "121 posts" in out  # ours beside them


def test_a_killed_run_is_taken_up_where_it_ended(fetch):
    fetch.library.answers = [Answer(cut=10_000, hang=True)]
    partial = fetch.home.path / "public" / "small-market" / "tweet" / ".train.csv.partial"
    process = fetch.start("fetch", "small-market", "--yes")
    while not (partial.exists() and partial.stat().st_size):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.finish().returncode == -signal.SIGKILL
    arrived = partial.stat().st_size
    fetch.library.asked.clear()
    code, out, err = fetch("small-market", "--yes")
    assert (code, err) == (0, "")
    assert fetch.library.asked[0] == ("train.csv", f"bytes={arrived}-")
    assert "120 posts" in out


def test_a_home_of_a_simulated_market_is_refused(fetch):
    fetch.home.simulated.mkdir()
    assert "real posts are never mixed with one; name another" in one_sentence(fetch("small-market", "--yes"))
    assert fetch.library.asked == []


def test_prices_that_came_from_elsewhere_are_not_sewn_together_with_the_fetched(fetch, emotape, tmp_path):
    own = tmp_path / "own.csv"
    price_table(["TSLA"], SESSIONS[-3:]).write_csv(own)
    assert emotape("load", "prices", own, home=fetch.home.path).returncode == 0
    before = prices_of(fetch, "TSLA")
    code, out, _ = fetch("small-market", "--yes")
    assert code == 0
    assert "prices: TSLA have prices from elsewhere here" in out
    assert prices_of(fetch, "TSLA") == before
    assert len(prices_of(fetch, "AAPL")) == 40
