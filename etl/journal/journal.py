"""The journal's file. SQLite, since one process writes it while others read it, which DuckDB refuses."""

import json
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from etl.clock import Clock
from etl.errors import EmotapeError
from etl.journal.steps import Step
from etl.settings import Home
from etl.version import code_version
from etl.warehouse.sql_files import list_sql, read_sql

PATIENCE = 30.0  # seconds to wait for another writer, which takes milliseconds
RUNNING = "running"


class Journal:
    """Runs, steps, allowances and breakers of a home.

    Every method is a transaction of its own. One `Journal` belongs to one thread.
    """

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self.connection = connection
        self.clock = clock

    def begin_run(self, arguments: dict[str, Any]) -> int:
        """Note that a run begins, and return its number. Runs that never ended are noted as killed.

        Only for whoever holds the lock of the home: nothing else can be running.
        """
        with self.writing() as cursor:
            for table in ("runs", "steps"):
                cursor.execute(f"update {table} set outcome = 'killed' where outcome = '{RUNNING}'")
            cursor.execute(
                "insert into runs (started_at, outcome, pid, host, code_version, arguments)"
                " values (?, ?, ?, ?, ?, ?)",
                (
                    self._now(),
                    RUNNING,
                    os.getpid(),
                    socket.gethostname(),
                    code_version(),
                    json.dumps(arguments),
                ),
            )
            return int(cursor.lastrowid or 0)

    def end_run(
        self, run_id: int, outcome: str, message: str | None = None, version: int | None = None
    ) -> None:
        """Note how a run ended: done, partial, failed or stopped, and which version it published."""
        with self.writing() as cursor:
            cursor.execute(
                "update runs set ended_at = ?, outcome = ?, message = ?, published_version = ?"
                " where run_id = ?",
                (self._now(), outcome, message, version, run_id),
            )

    def begin_step(self, run_id: int, kind: str, source: str = "", subject: str = "") -> Step:
        """Note that a step begins."""
        with self.writing() as cursor:
            cursor.execute(
                "insert into steps (run_id, kind, source, subject, started_at, outcome)"
                " values (?, ?, ?, ?, ?, ?)",
                (run_id, kind, source, subject, self._now(), RUNNING),
            )
            return Step(int(cursor.lastrowid or 0), kind, source, subject)

    def end_step(self, step: Step) -> None:
        """Note what came of a step."""
        values = {
            **asdict(step.counts),
            # What it was about may have been found out on the way: a file's source, a version's number.
            "source": step.source,
            "subject": step.subject,
            "outcome": step.outcome,
            "reason": step.reason,
            "ended_at": self._now(),
        }
        assignments = ", ".join(f"{name} = :{name}" for name in values)
        with self.writing() as cursor:
            cursor.execute(
                f"update steps set {assignments} where step_id = :step_id",
                {**values, "step_id": step.step_id},
            )

    def note_success(self, kind: str, source: str) -> None:
        """Note that a source answered just now."""
        with self.writing() as cursor:
            cursor.execute(
                "insert into successes values (?, ?, ?)"
                " on conflict (kind, source) do update set at = excluded.at",
                (kind, source, self._now()),
            )

    def forget(self, days: int) -> int:
        """Forget runs that began more than so many days ago, and return how many those were."""
        before = (self.clock.now() - timedelta(days=days)).isoformat(timespec="seconds")
        with self.writing() as cursor:
            cursor.execute(
                "delete from steps where run_id in (select run_id from runs where started_at < ?)", (before,)
            )
            return cursor.execute("delete from runs where started_at < ?", (before,)).rowcount

    def read(self, name: str, **parameters: object) -> list[dict[str, Any]]:
        """Return the rows of `sql/journal_queries/<name>.sql` with its `:parameters`."""
        cursor = self.connection.execute(read_sql("journal_queries", name).text, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Cursor]:
        """Give a cursor in a transaction that no other writer overlaps.

        Raises
        ------
        EmotapeError
            The disk is full, read-only or broken.
        """
        try:
            cursor = self.connection.cursor()
            cursor.execute("begin immediate")
            try:
                yield cursor
            except BaseException:
                cursor.execute("rollback")
                raise
            cursor.execute("commit")
        except sqlite3.Error as error:
            raise EmotapeError(
                f"The journal cannot be written: {error}. Free some space, or make its folder writable."
            ) from error

    def _now(self) -> str:
        return self.clock.now().isoformat(timespec="seconds")


@contextmanager
def open_journal(home: Home, clock: Clock | None = None, *, read_only: bool = False) -> Iterator[Journal]:
    """Open the journal of a home, its tables made where they are missing.

    Raises
    ------
    EmotapeError
        The file is damaged, or the disk refuses.
    """
    try:
        address = f"{home.journal.as_uri()}?{_reading(home) if read_only else 'mode=rwc'}"
        connection = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)
    except sqlite3.Error as error:
        raise _unusable(home, error) from error
    try:
        if not read_only:
            # Readers and the one writer do not wait for each other.
            connection.execute("pragma journal_mode = wal")
            # A power cut may cost the last lines of the log, never the file: not worth a flush a line.
            connection.execute("pragma synchronous = normal")
            for name in list_sql("journal"):
                connection.execute(read_sql("journal", name).text)
        yield Journal(connection, clock or Clock())
    except sqlite3.Error as error:
        raise _unusable(home, error) from error
    finally:
        connection.close()


def _reading(home: Home) -> str:
    """Say how the file is opened for reading; a home that may only be read will do where nobody writes."""
    log = home.journal.with_name(f"{home.journal.name}-wal")
    nobody_writes = not log.exists() and not os.access(home.path, os.W_OK)
    return "mode=ro&immutable=1" if nobody_writes else "mode=ro"


def _unusable(home: Home, error: sqlite3.Error) -> EmotapeError:
    return EmotapeError(
        f"The journal {home.journal} cannot be used: {error}. Free some space or make the folder "
        "writable; if the file is damaged, move it away: it holds the log of runs and no data."
    )


def parse_time(text: str | None) -> datetime | None:
    """Read a time of the journal."""
    return None if text is None else datetime.fromisoformat(text)
