"""The inbox: what is taken, as what, where it goes, and that nothing is lost or loaded over newer values."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl
import pytest
from refresh.inboxes import OBEYING_MODES, PRICES, SHORT, FakeClock, drop, lines, post, tree

from etl.configuration.sections import Inbox
from etl.errors import Stopped
from etl.refresh.inbox import take_in
from etl.refresh.inbox_files import find_dropped
from etl.warehouse.load import LoadCount
from etl.warehouse.store import open_store

ONE_PRICE = f"{PRICES}QZRA,2016-11-21,10,11,9,10,10,100\n"


@pytest.fixture
def store(home):
    with open_store(home) as connection:
        yield connection


def take(store, home, clock=None, settings=None):
    return list(take_in(store, home, settings or Inbox(), clock or FakeClock()))


def summary(results):
    return [(result.name, result.kind, result.source, result.outcome) for result in results]


def test_the_content_tells_posts_from_prices(home, store):
    drop(home, "messages.jsonl", lines(post(1)), age=50)
    drop(home, "table.csv", "id,text,created_at,ticker\n1,hm,2016-11-21,QZRA\n", age=40)
    drop(home, "rows.jsonl", '{"id": 2, "text": "hm", "created_at": "2016-11-21"}\n', age=30)
    drop(home, "history.csv", ONE_PRICE, age=20)
    results = take(store, home)
    assert summary(results) == [
        ("messages.jsonl", "posts", "stocktwits", "done"),
        ("table.csv", "posts", "table", "done"),
        ("rows.jsonl", "posts", "table", "done"),
        ("history.csv", "prices", None, "done"),
    ]
    assert all(result.count == LoadCount(1, 0, 0, 0) for result in results)
    assert list(home.inbox.iterdir()) == []
    assert sorted(tree(home.done)) == sorted(result.name for result in results)
    assert [folder.name for folder in home.done.iterdir()] == [f"{FakeClock().now():%Y-%m-%d}"]


def test_folders_force_the_kind_and_name_the_source(home, store):
    factors = "about\n\n,Mkt-RF,SMB,HML,RF\n20160104, -1.59, -0.83, 0.53, 0.000\n\nCopyright\n"
    files = {
        "posts/plain.csv": "id,text,created_at\n1,hm,2016-11-21\n",
        "posts/reddit/a.csv": "id,text,created_at\n1,hm,2016-11-21\n",
        "posts/elsewhere/b.jsonl": lines(post(1)),
        "prices/c.csv": ONE_PRICE,
        "short-interest/d.csv": f"{SHORT}QZRA,2016-03-31,2016-04-12,5,100\n",
        "ownership/e.csv": "ticker,quarter_end,known_on,inst_own\nQZRA,2016-03-31,2016-05-13,0.5\n",
        "shares/f.csv": "ticker,as_of,filed,shares_outstanding\nQZRA,2016-03-31,2016-05-13,100\n",
        "ipos/g.csv": "ticker,ipo_date\nQZRA,2016-01-05\n",
        "factors/h.csv": factors,
        "vix/i.csv": "DATE,OPEN,HIGH,LOW,CLOSE\n01/04/2016,22.48,23.36,20.67,20.70\n",
    }
    for name, content in files.items():
        drop(home, name, content)
    results = {result.name: result for result in take(store, home)}
    assert {name: (each.kind, each.source) for name, each in results.items()} == {
        "posts/plain.csv": ("posts", "table"),
        "posts/reddit/a.csv": ("posts", "reddit"),
        "posts/elsewhere/b.jsonl": ("posts", "elsewhere"),
        "prices/c.csv": ("prices", None),
        "short-interest/d.csv": ("short_interest", None),
        "ownership/e.csv": ("ownership", None),
        "shares/f.csv": ("shares", None),
        "ipos/g.csv": ("ipos", None),
        "factors/h.csv": ("factors", None),
        "vix/i.csv": ("vix", None),
    }
    assert {each.outcome for each in results.values()} == {"done"}
    assert tree(home.done) == sorted(files)
    assert store.sql("select source from raw_posts order by source").fetchall() == [
        ("elsewhere",),
        ("reddit",),
        ("table",),
    ]


def test_a_file_that_fails_lies_beside_its_reason_and_stops_no_other(home, store):
    drop(
        home,
        "short-interest/s.csv",
        "symbol,settlement_date,shares_short,public_float\nQZRA,2016-03-31,5,9\n",
    )
    drop(home, "notes.pdf", b"%PDF")
    drop(home, "table.csv", "id,name\n1,x\n")
    drop(home, "VIX.csv", "DATE,OPEN,HIGH,LOW,CLOSE\n01/04/2016,22.48,23.36,20.67,20.70\n")
    drop(home, "broken.parquet", b"PAR1 no more")
    drop(home, "nothing.jsonl", "")
    drop(home, "header.csv", "id,text,created_at\n")
    drop(home, "posts/good.jsonl", lines(post(1)))
    results = {result.name: result for result in take(store, home)}
    assert results.pop("posts/good.jsonl").outcome == "done"
    assert {each.outcome for each in results.values()} == {"failed"}
    assert all(each.count == LoadCount(0, 0, 0, 0) for each in results.values())
    words = {
        "short-interest/s.csv": "no column that says when each row became known",
        "notes.pdf": "'.pdf' is not a table",
        "table.csv": "neither a text, as posts have, nor open, high, low and close; it has: id, name.",
        "VIX.csv": "It was taken for prices. If it holds something else, put it into a folder",
        "broken.parquet": "no Parquet file that can be read",
        "nothing.jsonl": "holds no rows",
        "header.csv": "holds no rows",
    }
    failed = next(home.failed.iterdir())
    for name, word in words.items():
        assert word in results[name].reason
        assert (failed / f"{name}.reason.txt").read_text() == f"{results[name].reason}\n"
        assert (failed / name).exists()
    assert [path for path in home.inbox.rglob("*") if path.is_file()] == []
    assert take(store, home) == []


def test_a_parquet_file_that_breaks_in_its_middle_fails_and_stores_nothing(home, store, tmp_path):
    rows = pl.DataFrame({"id": range(50_000), "text": [f"post {n}" for n in range(50_000)]})
    rows.with_columns(created_at=pl.lit("2016-11-21")).write_parquet(
        tmp_path / "a.parquet", row_group_size=10_000
    )
    content = bytearray((tmp_path / "a.parquet").read_bytes())
    third = len(content) // 3
    content[third : 2 * third] = bytes(third)
    drop(home, "a.parquet", bytes(content), age=50)
    drop(home, "b.jsonl", lines(post(1)), age=40)
    broken, good = take(store, home)
    assert (broken.outcome, good.outcome) == ("failed", "done")
    assert "a.parquet cannot be read" in broken.reason
    assert store.sql("select count(*) from raw_posts").fetchall() == [(1,)]


def test_files_that_are_young_hidden_or_unfinished_are_left(home, store):
    for name in (".hidden.csv", "a.csv.part", "b.TMP", "c.csv.crdownload", ".git/config", "posts/.x/d.csv"):
        drop(home, name, "id,text,created_at\n1,hm,2016-11-21\n")
    drop(home, "young.jsonl", lines(post(1)), age=3)
    before = sorted(home.inbox.rglob("*"))
    assert take(store, home) == []
    assert sorted(home.inbox.rglob("*")) == before
    assert summary(take(store, home, settings=Inbox(settle_seconds=2)))[0][0] == "young.jsonl"


def test_a_file_of_the_future_is_looked_at_twice_and_then_taken(home, store):
    drop(home, "a.jsonl", lines(post(1)), age=-86_400 * 365)
    clock = FakeClock()
    assert [result.outcome for result in take(store, home, clock)] == ["done"]
    assert clock.slept == [10.0]


def test_a_file_of_the_future_that_grows_between_the_looks_is_left(home, store):
    path = drop(home, "a.jsonl", lines(post(1)), age=-86_400)
    clock = FakeClock(lambda: drop(home, "a.jsonl", lines(post(1), post(2)), age=-86_400))
    assert take(store, home, clock) == []
    assert path.exists()
    assert store.sql("select count(*) from raw_posts").fetchall() == [(0,)]


def test_links_and_pipes_are_not_followed(home, store, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("id,text,created_at\n1,hm,2016-11-21\n")
    home.inbox.mkdir()
    (home.inbox / "link.csv").symlink_to(outside / "secret.csv")
    (home.inbox / "posts").symlink_to(outside)
    os.mkfifo(home.inbox / "pipe.csv")
    results = take(store, home, settings=Inbox(settle_seconds=0))
    assert {each.name: each.outcome for each in results} == dict.fromkeys(
        ("link.csv", "posts", "pipe.csv"), "failed"
    )
    assert all("link" in each.reason or "no file" in each.reason for each in results)
    assert store.sql("select count(*) from raw_posts").fetchall() == [(0,)]
    assert (outside / "secret.csv").exists()
    assert take(store, home, settings=Inbox(settle_seconds=0)) == []


def test_a_folder_that_is_unknown_or_too_deep_is_told(home, store):
    drop(home, "tweets/a.csv", "id,text,created_at\n1,hm,2016-11-21\n")
    drop(home, "prices/2016/b.csv", ONE_PRICE)
    drop(home, "posts/reddit/wsb/c.csv", "id,text,created_at\n1,hm,2016-11-21\n")
    reasons = {each.name: each.reason for each in take(store, home)}
    assert "no folder 'tweets'; expected posts, prices, short-interest" in reasons["tweets/a.csv"]
    assert "too deep" in reasons["prices/2016/b.csv"]
    assert "too deep" in reasons["posts/reddit/wsb/c.csv"]
    assert "posts/reddit/wsb/c.csv" in tree(home.failed)


def test_no_name_is_ever_overwritten(home, store):
    for number in range(3):
        drop(home, "a.jsonl.gz", gzipped(lines(post(number))))
        drop(home, "b.csv", f"nothing{number}\n1\n")
        take(store, home)
    assert tree(home.done) == ["a-2.jsonl.gz", "a-3.jsonl.gz", "a.jsonl.gz"]
    assert tree(home.failed) == sorted(
        name for stem in ("b", "b-2", "b-3") for name in (f"{stem}.csv", f"{stem}.csv.reason.txt")
    )


def gzipped(text):
    import gzip

    return gzip.compress(text.encode())


def test_some_bad_rows_are_done_and_counted_and_only_bad_rows_are_failed(home, store):
    drop(home, "some.jsonl", lines(post(1), {"nothing": 1}), age=50)
    drop(home, "none.jsonl", lines(*({**post(n), "created_at": "never"} for n in (1, 2))), age=40)
    some, none = take(store, home)
    assert (some.outcome, some.count) == ("done", LoadCount(1, 0, 0, 1))
    assert none.outcome == "failed"
    assert none.reason.startswith("none.jsonl: none of its 2 rows can be used")
    assert store.sql("select count(*) from quarantine").fetchall() == [(1,)]


def test_another_file_of_the_same_name_leaves_the_quarantine_of_the_earlier_one(home, store):
    first = lines(post(1), {"bad": "monday"})
    drop(home, "posts.jsonl", first)
    take(store, home)
    drop(home, "posts.jsonl", lines(post(2), {"bad": "tuesday"}))
    take(store, home)
    drop(home, "posts.jsonl", first)
    (again,) = take(store, home)
    assert (again.outcome, again.count) == ("unchanged", LoadCount(0, 0, 1, 1))
    rows = store.sql("select file, line, raw from quarantine order by raw").fetchall()
    assert [(line, raw) for _, line, raw in rows] == [(2, '{"bad": "monday"}'), (2, '{"bad": "tuesday"}')]
    assert all(file.startswith("inbox/posts.jsonl (") for file, _, _ in rows)


def test_the_later_of_two_files_has_the_last_word(home, store):
    drop(home, "a.jsonl", lines(post(1, "late")), age=100)
    drop(home, "b.jsonl", lines(post(1, "early")), age=200)
    take(store, home)
    assert store.sql("select body from raw_posts").fetchall() == [("late",)]


KILLED = """
import os, signal, sys
from etl.clock import Clock
from etl.configuration.sections import Inbox
from etl.refresh.inbox import take_in
from etl.settings import open_home
from etl.warehouse.store import open_store

class Killing(Clock):
    def now(self):
        # The day of done/ is asked for once the load is committed, and before the file is moved.
        if store.execute("select count(*) from loads").fetchall() != [(0,)]:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().now()

home = open_home(__import__("pathlib").Path(sys.argv[1]))
with open_store(home) as store:
    list(take_in(store, home, Inbox(), Killing()))
"""


def test_a_process_killed_between_commit_and_move_changes_nothing_for_the_next_run(home):
    drop(home, "posts.jsonl", lines(post(1), post(2), {"bad": 1}))
    killed = subprocess.run([sys.executable, "-c", KILLED, str(home.path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (home.inbox / "posts.jsonl").exists()

    def stored(store):
        return [
            store.sql(f"select * from {table} order by all").fetchall()
            for table in ("raw_posts", "quarantine", "loads")
        ]

    with open_store(home) as store:
        before = stored(store)
        assert len(before[0]) == 2
        (result,) = take(store, home)
        assert (result.outcome, result.count) == ("unchanged", LoadCount(0, 0, 2, 1))
        assert stored(store) == before
    assert tree(home.done) == ["posts.jsonl"]
    assert not (home.inbox / "posts.jsonl").exists()


def test_a_file_that_cannot_be_moved_is_told_and_never_loaded_over_newer_values(home, store):
    home.done.write_text("in the way")
    drop(home, "old.csv", ONE_PRICE, age=100)
    (first,) = take(store, home)
    assert (first.outcome, first.count.new) == ("partial", 1)
    assert "old.csv was loaded, but" in first.reason
    assert "Make both folders writable" in first.reason
    drop(home, "new.csv", ONE_PRICE.replace(",10,10,100", ",10.5,10.5,100"), age=50)
    take(store, home)
    for result in take(store, home):
        assert (result.outcome, result.count) == ("partial", LoadCount(0, 0, 1, 0))
    assert store.sql("select close from raw_prices").fetchall() == [(10.5,)]
    assert store.sql("select count(*) from loads").fetchall() == [(2,)]
    home.done.unlink()
    assert [result.outcome for result in take(store, home)] == ["unchanged", "unchanged"]
    assert tree(home.done) == ["new.csv", "old.csv"]


READ_ONLY = """
import sys
from pathlib import Path
from etl.clock import Clock
from etl.configuration.sections import Inbox
from etl.refresh.inbox import take_in
from etl.settings import open_home
from etl.warehouse.store import open_store

home = open_home(Path(sys.argv[1]))
with open_store(home) as store:
    for result in take_in(store, home, Inbox(), Clock()):
        print(result.name, result.outcome, result.count.new, result.reason)
    print("loads", len(store.sql("select * from loads").fetchall()))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="root's rights are given up as Linux has it")
def test_an_inbox_that_may_only_be_read_is_loaded_once_and_told(home):
    drop(home, "a.jsonl", lines(post(1)), age=200)
    drop(home, "b.csv", "nothing\n1\n")
    home.inbox.chmod(0o555)
    for new in "10":
        done = subprocess.run(
            [sys.executable, "-c", OBEYING_MODES, READ_ONLY, str(home.path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        bad, good, loads = done.stdout.splitlines()
        assert good.startswith(f"a.jsonl partial {new} a.jsonl was loaded, but ")
        assert bad.startswith("b.csv failed 0 b.csv has neither a text")
        assert "cannot be moved" in good
        assert "Permission denied" in bad
        assert loads == "loads 1"
    assert tree(home.done) == tree(home.failed) == []


def test_a_bad_file_that_cannot_be_moved_leaves_no_reasons_behind(home, store):
    drop(home, "bad.csv", "nothing\n1\n")
    home.failed.write_text("in the way")
    for _ in range(2):
        (result,) = take(store, home)
        assert result.outcome == "failed"
        assert "neither a text" in result.reason
        assert "cannot be moved" in result.reason
    assert sorted(path.name for path in home.path.rglob("*reason*")) == []


def test_the_same_content_dropped_again_on_purpose_is_loaded_again(home, store):
    drop(home, "p.csv", ONE_PRICE)
    take(store, home)
    drop(home, "p.csv", ONE_PRICE.replace(",10,10,100", ",10.5,10.5,100"))
    take(store, home)
    drop(home, "p.csv", ONE_PRICE)
    assert [result.count.updated for result in take(store, home)] == [1]
    assert store.sql("select close from raw_prices").fetchall() == [(10.0,)]


@pytest.fixture
def elsewhere(tmp_path):
    """A folder on another file system."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def test_files_move_to_another_file_system(home, store, elsewhere):
    home.inbox.symlink_to(elsewhere)
    drop(home, "a.jsonl", lines(post(1)))
    drop(home, "b.csv", "nothing\n1\n")
    written = (home.inbox / "a.jsonl").stat().st_mtime
    assert sorted(result.outcome for result in take(store, home)) == ["done", "failed"]
    assert tree(home.done) == ["a.jsonl"]
    assert tree(home.failed) == ["b.csv", "b.csv.reason.txt"]
    assert next(home.done.rglob("a.jsonl")).stat().st_mtime == pytest.approx(written, abs=1)
    assert list(elsewhere.iterdir()) == []


def test_a_wish_to_stop_ends_between_files_and_within_one(home, store):
    drop(home, "a.jsonl", lines(post(1)), age=60)
    drop(home, "b.jsonl", lines(post(2)), age=50)
    clock = FakeClock()
    taking = take_in(store, home, Inbox(), clock)
    assert next(taking).name == "a.jsonl"
    clock.ask_to_stop("SIGTERM")
    with pytest.raises(Stopped):
        next(taking)
    asked = FakeClock()
    taking = take_in(store, home, Inbox(), asked, lambda dropped: asked.ask_to_stop("SIGTERM"))
    with pytest.raises(Stopped):
        next(taking)
    assert store.sql("select post_id from raw_posts").fetchall() == [("1",)]
    assert (home.inbox / "b.jsonl").exists()
    assert [result.count.new for result in take(store, home)] == [1]


def test_a_file_that_is_written_while_it_is_read_stays(home, store):
    path = drop(home, "a.jsonl", lines(post(1)))

    class Writing(FakeClock):
        def check(self):
            if store.sql("select count(*) from loads").fetchall() == [(0,)] and self.reading:
                drop(home, "a.jsonl", lines(post(1), post(2)))
            super().check()

        reading = False

    clock = Writing()
    (result,) = take_in(store, home, Inbox(), clock, lambda dropped: setattr(clock, "reading", True))
    assert result.outcome == "partial"
    assert "changed while it was read" in result.reason
    assert path.exists()
    assert [each.count.new for each in take(store, home)] == [1]


def test_a_file_that_is_taken_away_again_is_skipped(home, store):
    path = drop(home, "a.jsonl", lines(post(1)))
    (result,) = take_in(store, home, Inbox(), FakeClock(), lambda dropped: path.unlink())
    assert (result.outcome, result.reason) == ("skipped", "a.jsonl was taken away before it was read.")


def test_the_inbox_is_made_where_it_is_missing_and_left_alone_where_it_is_not_wanted(home, store):
    assert take(store, home, settings=Inbox(enabled=False)) == []
    assert not home.inbox.exists()
    assert take(store, home) == []
    assert home.inbox.is_dir()


def test_an_inbox_that_is_no_folder_is_told_and_left(home, store):
    home.inbox.write_text("a file")
    (result,) = take(store, home)
    assert (result.name, result.outcome) == ("inbox", "failed")
    assert "cannot be looked into" in result.reason
    assert home.inbox.read_text() == "a file"


def test_what_will_be_taken_is_known_before(home):
    drop(home, "posts/reddit/a.csv", "id\n1\n")
    (dropped,) = find_dropped(home, Inbox(), FakeClock())
    assert (dropped.name, dropped.kind, dropped.source) == ("posts/reddit/a.csv", "posts", "reddit")
