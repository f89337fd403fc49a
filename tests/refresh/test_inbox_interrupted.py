"""The inbox: killed, told to stop, or a file that changes or goes while it is read."""

import signal

import pytest
from processes import run
from refresh.inboxes import FakeClock, drop, lines, post, take, tree

from etl.errors import Stopped
from etl.warehouse.load import LoadCount
from etl.warehouse.store import open_store

KILLED = """
import os, signal, sys
from pathlib import Path
from refresh.inboxes import FakeClock, take
from etl.settings import open_home
from etl.warehouse.store import open_store

class Killing(FakeClock):
    def now(self):
        # The day of done/ is asked for once the load is committed, and before the file is moved.
        if store.execute("select count(*) from loads").fetchall() != [(0,)]:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().now()

home = open_home(Path(sys.argv[1]))
with open_store(home) as store:
    take(store, home, Killing())
"""


def test_a_process_killed_between_commit_and_move_changes_nothing_for_the_next_run(home):
    drop(home, "posts.jsonl", lines(post(1), post(2), {"bad": 1}))
    killed = run(KILLED, home.path)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
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


def test_a_wish_to_stop_ends_between_files_and_within_one(home, store):
    drop(home, "a.jsonl", lines(post(1)), age=60)
    drop(home, "b.jsonl", lines(post(2)), age=50)

    class Between(FakeClock):
        def check(self):
            if tree(home.done) == ["a.jsonl"]:
                self.ask_to_stop("SIGTERM")
            super().check()

    with pytest.raises(Stopped):
        take(store, home, Between())
    assert tree(home.done) == ["a.jsonl"]
    within = FakeClock()
    with pytest.raises(Stopped):
        take(store, home, within, report=lambda said: within.ask_to_stop("SIGTERM"))
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
    (result,) = take(store, home, clock, report=lambda said: setattr(clock, "reading", True))
    assert result.outcome == "partial"
    assert "changed while it was read" in result.reason
    assert path.exists()
    assert [each.count.new for each in take(store, home)] == [1]


def test_a_file_that_is_taken_away_again_is_skipped(home, store):
    path = drop(home, "a.jsonl", lines(post(1)))
    (result,) = take(store, home, report=lambda said: path.unlink())
    assert (result.outcome, result.reason) == ("skipped", "a.jsonl was taken away before it was read.")
