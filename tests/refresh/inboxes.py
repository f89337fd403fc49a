"""Homes with an inbox, and files in it that have been left alone for as long as a test wants."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
from samples import message

from etl.clock import Clock
from etl.configuration import read_settings
from etl.configuration.sections import Inbox
from etl.journal import open_journal
from etl.refresh.inbox import Result, take_one
from etl.refresh.intake import Report, empty_inbox
from etl.refresh.logs import open_log
from etl.refresh.recorder import Recorder
from etl.refresh.redaction import Redaction
from etl.settings import Home

TESTS = Path(__file__).resolve().parent.parent
NOON = "2016-11-21T17:00:00Z"
PRICES = "ticker,date,open,high,low,close,adj_close,volume\n"
ONE_PRICE = f"{PRICES}QZRA,2016-11-21,10,11,9,10,10,100\n"
SHORT = "symbol,settlement_date,published_on,shares_short,public_float\n"
# Root may write where no mode allows it, until a program gives that right (CAP_DAC_OVERRIDE) up.
OBEYING_MODES = """
import ctypes, os, sys
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-c", *sys.argv[1:]])
"""


class FakeClock(Clock):
    """A clock that begins now, whose sleep takes no time, and that does something as it sleeps or checks."""

    def __init__(self, while_asleep: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.at = datetime.now(UTC)
        self.slept: list[float] = []
        self.while_asleep = while_asleep

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)
        self.while_asleep()
        self.check()


def drop(home: Home, name: str, content: str | bytes, age: float = 3600.0) -> Path:
    """Put a file into the inbox that was last written `age` seconds ago."""
    path = home.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    written = datetime.now(UTC).timestamp() - age
    os.utime(path, (written, written))
    return path


def lines(*records: dict[str, object]) -> str:
    import json

    return "".join(f"{json.dumps(record)}\n" for record in records)


def post(number: int, body: str = "fine") -> dict[str, object]:
    return message(number, NOON, body, "QZRA")


def tree(folder: Path) -> list[str]:
    """Return every file below a folder, its day left out of the path."""
    return sorted(
        "/".join(path.relative_to(folder).parts[1:]) for path in folder.rglob("*") if not path.is_dir()
    )


def take(
    store: duckdb.DuckDBPyConnection,
    home: Home,
    clock: Clock | None = None,
    settings: Inbox | None = None,
    report: Report = lambda said: None,
) -> list[Result]:
    """Empty the inbox as a run does, with a journal and a log; return what came of each file."""
    clock, results = clock or FakeClock(), []

    def take_and_note(*arguments: Any) -> Result:
        results.append(take_one(*arguments))
        return results[-1]

    everything, _ = read_settings(home, {})
    with open_journal(home, clock) as journal:
        run_id = journal.begin_run({})
        with (
            open_log(home, run_id, everything) as log,
            patch("etl.refresh.intake.take_one", take_and_note),
        ):
            recorder = Recorder(journal, log, clock, run_id, Redaction(everything))
            empty_inbox(store, home, settings or Inbox(), recorder, report)
            steps = [(step.subject, step.outcome, step.reason) for step in recorder.steps]
            assert steps == [(each.name, each.outcome, each.reason) for each in results]
    return results
