"""The gate of the store: whoever opens its file for writing, copies it or replaces it passes here.

DuckDB's own lock is on the file that was opened, so it says nothing of a file that takes its place; and
it is lost when its process reads the file in any other way (a rule of POSIX locks).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from etl.errors import EmotapeError, WarehouseBusy
from etl.settings import Home

GATE = ".store.lock"


@contextmanager
def gate(home: Home, patience: float) -> Iterator[None]:
    """Hold the gate while the block lasts: nobody else opens the store for writing.

    Parameters
    ----------
    patience
        Seconds to wait for another process that holds it.

    Raises
    ------
    WarehouseBusy
        Another process held it all that time.
    EmotapeError
        The home cannot be written.
    """
    lock = FileLock(home.path / GATE, timeout=patience)
    try:
        lock.acquire()
    except Timeout as error:
        raise WarehouseBusy(
            f"Another emotape command is copying or replacing the store in {home.path}; wait until it is "
            "done, then try again."
        ) from error
    except OSError as error:
        raise EmotapeError(
            f"The home {home.path} cannot be written: {error.strerror or error}. Make the folder writable, "
            "or free some space."
        ) from error
    try:
        yield
    finally:
        lock.release()
