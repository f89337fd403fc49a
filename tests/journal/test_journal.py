"""The journal remembers runs and steps, those that were killed too, and is read while it is written."""

import os
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from etl.clock import Clock
from etl.errors import EmotapeError
from etl.journal import open_journal


class SetClock(Clock):
    """A clock that stands where it is set."""

    def __init__(self, at):
        super().__init__()
        self.at = at

    def now(self):
        return self.at


@pytest.fixture
def clock():
    return SetClock(datetime(2026, 3, 2, 11, 30, tzinfo=UTC))


def test_a_run_and_its_steps_are_remembered_with_what_they_moved(home, clock):
    with open_journal(home, clock) as journal:
        run_id = journal.begin_run({"symbols": ["QZRA"]})
        step = journal.begin_step(run_id, "posts", "stocktwits", "QZRA")
        step.counts.rows_new, step.counts.requests, step.counts.retries = 31, 3, 1
        journal.end_step(step)
        failed = journal.begin_step(run_id, "prices", "yahoo", "QZRA")
        failed.outcome, failed.reason = "failed", "Yahoo did not answer."
        journal.end_step(failed)
        clock.at += timedelta(minutes=2)
        journal.end_run(run_id, "partial", "1 of 2 steps were not done.", 4)
    with open_journal(home, read_only=True) as journal:
        (run,) = journal.read("last_runs", number=5)
        (trouble,) = journal.read("not_done", run_id=run_id)
    assert (run["outcome"], run["published_version"], run["n_not_done"]) == ("partial", 4, 1)
    assert (run["rows_new"], run["requests"], run["retries"], run["n_steps"]) == (31, 3, 1, 2)
    assert (run["started_at"], run["ended_at"]) == ("2026-03-02T11:30:00+00:00", "2026-03-02T11:32:00+00:00")
    assert trouble["reason"] == "Yahoo did not answer."


def test_the_work_of_the_build_is_not_counted_as_rows_that_came_in(home, clock):
    with open_journal(home, clock) as journal:
        step = journal.begin_step(journal.begin_run({}), "tag")
        step.counts.rows_new = 99
        journal.end_step(step)
        assert journal.read("last_runs", number=1)[0]["rows_new"] == 0


def test_a_run_that_was_killed_is_noted_by_the_next(home, clock):
    with open_journal(home, clock) as journal:
        journal.begin_step(journal.begin_run({}), "posts", "stocktwits", "QZRA")
    with open_journal(home, clock) as journal:
        journal.begin_run({})
        assert [run["outcome"] for run in journal.read("last_runs", number=5)] == ["running", "killed"]


def test_it_is_read_while_another_writes(home, clock):
    with open_journal(home, clock) as journal:
        journal.begin_run({})
        with journal.writing() as cursor:
            cursor.execute("update runs set message = 'half'")
            with open_journal(home, read_only=True) as reader:
                assert reader.read("last_runs", number=1)[0]["message"] is None


def test_old_runs_are_forgotten_with_their_steps(home, clock):
    with open_journal(home, clock) as journal:
        journal.begin_step(journal.begin_run({}), "posts")
        clock.at += timedelta(days=31)
        journal.begin_run({})
        assert journal.forget(30) == 1
        assert len(journal.read("last_runs", number=5)) == 1
        assert journal.connection.execute("select count(*) from steps").fetchone() == (0,)


def test_a_damaged_journal_is_a_sentence(home):
    home.journal.write_bytes(os.urandom(4096))
    with pytest.raises(EmotapeError, match="move it away"), open_journal(home):
        pass


def test_a_journal_that_cannot_be_written_is_a_sentence(home, clock):
    with open_journal(home, clock) as journal:
        journal.connection.execute("pragma query_only = true")
        with pytest.raises(EmotapeError, match="cannot be written"):
            journal.begin_run({})
        journal.connection.execute("pragma query_only = false")
        assert isinstance(journal.connection, sqlite3.Connection)
