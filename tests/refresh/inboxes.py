"""Homes with an inbox, and files in it that have been left alone for as long as a test wants."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from samples import message

from etl.clock import Clock
from etl.settings import Home

NOON = "2016-11-21T17:00:00Z"
PRICES = "ticker,date,open,high,low,close,adj_close,volume\n"
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
