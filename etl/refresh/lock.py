"""One run at a time: a lock on the home that dies with its process, and a note of who holds it."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from filelock import FileLock, Timeout

from etl.errors import EmotapeError, WarehouseBusy
from etl.settings import Home

LOCK, HOLDER = ".run.lock", ".run.json"
PATIENCE = 1.0  # seconds: whoever only looks whether a run is going on holds the lock for an instant


@contextmanager
def run_lock(home: Home, what: str) -> Iterator[None]:
    """Hold the home for one run while the block lasts.

    The operating system lets go of it when the process ends, however it ends, so a killed run needs no
    cleaning up.

    Parameters
    ----------
    what
        The command, for others to read: "emotape refresh".

    Raises
    ------
    WarehouseBusy
        Another run holds it; the message says which, and since when.
    EmotapeError
        The home cannot be written.
    """
    lock = FileLock(home.path / LOCK, timeout=PATIENCE)
    try:
        lock.acquire()
    except Timeout as error:
        raise WarehouseBusy(_describe(read_holder(home), home)) from error
    except OSError as error:
        raise EmotapeError(
            f"The home {home.path} cannot be locked: {error.strerror or error}. Make the folder writable, or "
            "free some space."
        ) from error
    holder = home.path / HOLDER
    facts = {
        "what": what,
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    try:
        # Who holds it is a courtesy: the lock is held without it too.
        with suppress(OSError):
            holder.write_text(json.dumps(facts), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def is_running(home: Home) -> bool:
    """Tell whether a run holds the home now."""
    lock = FileLock(home.path / LOCK, timeout=0)
    try:
        with lock:
            return False
    except Timeout:
        return True
    except OSError:  # a home that cannot be written is held by nobody
        return False


def read_holder(home: Home) -> dict[str, Any] | None:
    """Return who holds the home (`what`, `pid`, `host`, `since`), or None where the note is not there."""
    try:
        facts = json.loads((home.path / HOLDER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return facts if isinstance(facts, dict) else None


def _describe(holder: dict[str, Any] | None, home: Home) -> str:
    if holder is None:
        return f"Another run has just begun in {home.path}; wait until it is done, then try again."
    return (
        f"`{holder.get('what')}` has been running in {home.path} since {holder.get('since')} (process "
        f"{holder.get('pid')} on {holder.get('host')}); wait until it is done, or stop that process."
    )
