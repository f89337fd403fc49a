"""The inbox: files that are dropped there are loaded, and moved to done/ or failed/."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from etl.clock import Clock
from etl.configuration.sections import Inbox
from etl.errors import BadInput, EmotapeError
from etl.refresh.inbox_files import Dropped, find_dropped, is_unchanged
from etl.refresh.inbox_kinds import FOLDERS_TELL, choose_reading
from etl.refresh.putting_away import put_away
from etl.settings import Home
from etl.warehouse.load import LoadCount

NOTHING = LoadCount(0, 0, 0, 0)
_DIGEST = re.compile(r" \([0-9a-f]{12}\)")  # a person knows the file without it
# The store itself is in trouble (disk full, memory, damage), which is no fault of a file.
_TROUBLE = (
    duckdb.OperationalError,
    duckdb.InternalError,
    duckdb.FatalException,
    duckdb.InterruptException,
)


@dataclass(frozen=True)
class Result:
    """What came of a file of the inbox.

    Parameters
    ----------
    name
        Its path below the inbox.
    kind
        What it holds, as the store calls it: posts, prices, short_interest, ...; None where nobody can tell.
    source
        What its posts are called in the store.
    outcome
        done; unchanged (it held nothing new); partial (loaded, but it could not be moved); failed; or
        skipped (somebody took it away).
    reason
        A sentence, where the outcome is partial, failed or skipped.
    """

    name: str
    kind: str | None
    source: str | None
    count: LoadCount
    outcome: str
    reason: str | None = None


def take_in(
    store: duckdb.DuckDBPyConnection,
    home: Home,
    settings: Inbox,
    clock: Clock,
    on_file: Callable[[Dropped], None] = lambda dropped: None,
) -> Iterator[Result]:
    """Load what lies in the inbox, file by file, each in a transaction of its own.

    A file that was loaded is moved to `done/YYYY-MM-DD/` (UTC), one of which no row can be used to
    `failed/YYYY-MM-DD/` with `NAME.reason.txt` beside it. The store knows it as `inbox/NAME (DIGEST)`:
    rows that were refused from another file of that name stay in the quarantine. A file that was loaded
    and still lies there as it was, because the run was killed or it cannot be moved, is moved and not
    loaded again, so that old values never come back over newer ones.

    Parameters
    ----------
    on_file
        Called before a file is read.

    Raises
    ------
    Stopped
        Somebody asked to stop. A file that was being read is not stored, and is loaded by the next run.
    duckdb.Error
        The store cannot be written. The file stays in the inbox.
    """
    if not settings.enabled:
        return
    for dropped in find_dropped(home, settings, clock):
        clock.check()
        on_file(dropped)
        yield take_one(store, home, dropped, clock)


def take_one(store: duckdb.DuckDBPyConnection, home: Home, dropped: Dropped, clock: Clock) -> Result:
    """Load one of the files that `find_dropped` gives, and move it: `take_in` says how.

    Raises
    ------
    Stopped
        Somebody asked to stop while the file was read.
    duckdb.Error
        The store cannot be written.
    """
    result = Result(dropped.name, dropped.kind, dropped.source, NOTHING, "failed", dropped.problem)
    if dropped.problem is None:
        try:
            look = dropped.path.lstat()
            digest = _digest(dropped.path)
            reading = choose_reading(dropped)
            result = replace(result, kind=reading.kind, source=reading.source)
            name = f"inbox/{dropped.name} ({digest})"
            changed_at = datetime.fromtimestamp(look.st_ctime, UTC)
            count = _loaded_since(store, reading.kind, name, changed_at)
            if count is None:
                count = reading.load(store, lambda rows: clock.check(), name)
            result = _judge(result, count)
            if not is_unchanged(dropped.path, look):
                reason = (
                    f"{dropped.name} was changed while it was read; where it is still there, the next run "
                    "loads it again."
                )
                return replace(result, outcome="partial", reason=reason)
        except FileNotFoundError:
            reason = f"{dropped.name} was taken away before it was read."
            return replace(result, outcome="skipped", reason=reason)
        except _TROUBLE:
            raise
        except Exception as error:
            if isinstance(error, EmotapeError) and not isinstance(error, BadInput):
                raise
            result = replace(result, reason=_reason(dropped, result.kind, error))
    return result if dropped.stays else _put_away(home, dropped, result, clock)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:12]


def _loaded_since(
    store: duckdb.DuckDBPyConnection, kind: str, name: str, changed_at: datetime
) -> LoadCount | None:
    """Return what came of a file that was loaded after it was put where it is, or None."""
    found = store.execute(
        "select rows_new + rows_updated + rows_unchanged, rows_quarantined from loads"
        " where kind = $kind and file = $name and loaded_at > $changed_at"
        " order by load_id desc limit 1",
        {"kind": kind, "name": name, "changed_at": changed_at.replace(tzinfo=None)},
    ).fetchone()
    return None if found is None else LoadCount(0, 0, *found)


def _judge(result: Result, count: LoadCount) -> Result:
    if count == NOTHING:
        raise BadInput(f"{result.name} holds no rows; expected at least one. Was it written to its end?")
    outcome = "done" if count.new or count.updated else "unchanged"
    return replace(result, count=count, outcome=outcome)


def _reason(dropped: Dropped, kind: str | None, error: Exception) -> str:
    """Say in a sentence or two why a file failed."""
    if isinstance(error, BadInput):
        sentence = _DIGEST.sub("", str(error))
        told_by_content = dropped.kind is None and kind is not None
        return f"{sentence} It was taken for {kind}. {FOLDERS_TELL}" if told_by_content else sentence
    what = (
        error.strerror
        if isinstance(error, OSError) and error.strerror
        else f"{type(error).__name__}: {error}"
    )
    return f"{dropped.name} cannot be read: {what.splitlines()[0]}. Check the file, or fetch it again."


def _put_away(home: Home, dropped: Dropped, result: Result, clock: Clock) -> Result:
    folder = home.failed if result.outcome == "failed" else home.done
    try:
        put_away(dropped.path, folder / f"{clock.now():%Y-%m-%d}", dropped.name, result.reason)
    except BadInput as error:
        if result.outcome == "failed":
            return replace(result, reason=f"{result.reason} {error}")
        return replace(result, outcome="partial", reason=f"{dropped.name} was loaded, but {error}")
    return result
