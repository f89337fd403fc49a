"""The log of runs for machines: one JSON object a line, kept short, and never a reason to stop a run."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Literal

from etl.configuration import Settings
from etl.refresh.redaction import Redaction
from etl.settings import Home

FILES, LARGEST = 5, 2_000_000  # the log of the present and four older ones, of so many bytes each
Level = Literal["info", "warning", "error"]
LEVELS: dict[str, int] = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class Log:
    """Events of one run.

    Each becomes a line with `time` (UTC, ISO 8601), `level`, `event`, `run_id` and the fields that are given.
    Values of secret settings are taken out of every text.
    """

    def __init__(self, logger: logging.Logger, run_id: int, redact: Redaction) -> None:
        self._logger = logger
        self._run_id = run_id
        self._redact = redact

    def event(self, name: str, /, *, level: Level = "info", **facts: object) -> None:
        """Write an event. Never raises: what cannot be written is dropped."""
        head = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "level": level,
            "event": name,
            "run_id": self._run_id,
        }
        line = json.dumps(self._redact({**head, **facts, **head}))
        self._logger.log(LEVELS[level], "%s", line)


@contextmanager
def open_log(home: Home, run_id: int, settings: Settings) -> Iterator[Log]:
    """Give the log of a run, `HOME/logs/refresh.jsonl`. A disk that is full or read-only stops nothing."""
    path = log_path(home)
    logger = logging.Logger("emotape.refresh")
    handler = _Handler(path)
    logger.addHandler(handler)
    try:
        yield Log(logger, run_id, Redaction(settings))
    finally:
        # What could not be written is tried once more on closing.
        with suppress(OSError):
            handler.close()


def log_path(home: Home) -> Path:
    """Return where the log of runs lies."""
    return home.path / "logs" / "refresh.jsonl"


class _Handler(RotatingFileHandler):
    """A file that is replaced when it is full; its errors concern nobody but itself."""

    def __init__(self, path: Path) -> None:
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            _end_last_line(path)
        super().__init__(path, maxBytes=LARGEST, backupCount=FILES - 1, encoding="utf-8", delay=True)

    def handleError(self, record: logging.LogRecord) -> None:
        """Drop the record: the journal has the steps, and a run must not fail for want of a log."""


def _end_last_line(path: Path) -> None:
    """End a line that a killed run left in its middle, so that it spoils no other."""
    if path.is_file() and path.stat().st_size:
        with path.open("rb+") as stream:
            stream.seek(-1, 2)
            if stream.read(1) != b"\n":
                stream.write(b"\n")
