"""The inbox: files that are dropped there are loaded, and moved to done/ or failed/."""

import hashlib
import os
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import duckdb

from etl.clock import Clock
from etl.errors import BadInput, EmotapeError
from etl.refresh.inbox_files import Dropped, is_unchanged
from etl.refresh.inbox_kinds import FOLDERS_TELL, Reading, choose_reading
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


def take_one(store: duckdb.DuckDBPyConnection, home: Home, dropped: Dropped, clock: Clock) -> Result:
    """Load one of the files that `find_dropped` gives, in a transaction of its own, and move it.

    A file that was loaded is moved to `done/YYYY-MM-DD/` (UTC), one of which no row can be used to
    `failed/YYYY-MM-DD/` with `NAME.reason.txt` beside it. The store knows it as `inbox/NAME (DIGEST)`:
    rows that were refused from another file of that name stay in the quarantine. A file that was loaded
    and still lies there as it was, because the run was killed or it cannot be moved, is moved and not
    loaded again, so that old values never come back over newer ones.

    Raises
    ------
    Stopped
        Somebody asked to stop. A file that was being read is not stored, and is loaded by the next run.
    duckdb.Error
        The store cannot be written. The file stays in the inbox.
    """
    result = Result(dropped.name, dropped.kind, dropped.source, NOTHING, "failed", dropped.problem)
    if dropped.problem is None:
        try:
            look = dropped.path.lstat()
            reading = choose_reading(dropped)
            result = replace(result, kind=reading.kind, source=reading.source)
            result = _judge(result, _load_once(store, dropped, reading, look, clock))
        except FileNotFoundError:
            return replace(
                result, outcome="skipped", reason=f"{dropped.name} was taken away before it was read."
            )
        except _TROUBLE:
            raise
        except Exception as error:  # whatever a file holds, the others are loaded
            if isinstance(error, EmotapeError) and not isinstance(error, BadInput):
                raise
            result = replace(result, reason=_reason(dropped, result.kind, error))
        else:
            if not is_unchanged(dropped.path, look):
                return replace(result, outcome="partial", reason=_changed(dropped))
    return result if dropped.stays else _put_away(home, dropped, result, clock)


def _load_once(
    store: duckdb.DuckDBPyConnection, dropped: Dropped, reading: Reading, look: os.stat_result, clock: Clock
) -> LoadCount:
    """Load a file, unless it was loaded after it was put where it is."""
    with dropped.path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()[:12]
    name = f"inbox/{dropped.name} ({digest})"
    earlier = store.execute(
        "select rows_new + rows_updated + rows_unchanged, rows_quarantined from loads"
        " where kind = $kind and file = $name and loaded_at > $put_at order by load_id desc limit 1",
        # A move into the inbox sets this time, and one that failed to go out of it does not.
        {
            "kind": reading.kind,
            "name": name,
            "put_at": datetime.fromtimestamp(look.st_ctime, UTC).replace(tzinfo=None),
        },
    ).fetchall()
    if earlier:
        return LoadCount(0, 0, *earlier[0])
    return reading.load(store, lambda rows: clock.check(), name)


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


def _changed(dropped: Dropped) -> str:
    return (
        f"{dropped.name} was changed while it was read; where it is still there, the next run loads it again."
    )


def _put_away(home: Home, dropped: Dropped, result: Result, clock: Clock) -> Result:
    folder = home.failed if result.outcome == "failed" else home.done
    try:
        put_away(dropped.path, folder / f"{clock.now():%Y-%m-%d}", dropped.name, result.reason)
    except BadInput as error:
        if result.outcome == "failed":
            return replace(result, reason=f"{result.reason} {error}")
        return replace(result, outcome="partial", reason=f"{dropped.name} was loaded, but {error}")
    return result
