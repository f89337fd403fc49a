"""The order of a vacuum: files first, since the store's copy needs room; then rows, then the copy."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from etl.clock import Clock
from etl.configuration.sections import Retention
from etl.errors import EmotapeError
from etl.journal import open_journal
from etl.refresh.lock import run_lock
from etl.settings import Home
from etl.vacuum.old_files import find_left, find_put_away, measure, remove_empty_folders
from etl.vacuum.old_rows import count_expired, let_go, unused_bytes
from etl.vacuum.old_segments import empty_records, find_expired, find_unnamed
from etl.warehouse.rewriting import rewrite_store
from etl.warehouse.store import connect, open_store
from etl.warehouse.versions import find_old

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Gone:
    """Something that was let go of, or would be.

    Parameters
    ----------
    count
        How many; None where it is not counted.
    size
        Bytes that were given back; None where they are part of another's.
    """

    what: str
    count: int | None
    size: int | None


def vacuum(
    home: Home,
    retention: Retention,
    *,
    dry_run: bool = False,
    clock: Clock | None = None,
    progress: Progress = lambda posts: None,
) -> list[Gone]:
    """Let go of what is kept no longer, and give the space back. A second time does nothing.

    Parameters
    ----------
    dry_run
        Change nothing and say what would go.
    progress
        Called with numbers of posts, when segments are written anew.

    Raises
    ------
    WarehouseBusy
        Another command is running in the home.
    EmotapeError
        The disk refuses; what has gone is gone, and the rest is as it was.
    """
    clock = clock or Clock()
    with nullcontext() if dry_run else run_lock(home, "emotape vacuum"):
        try:
            gone = [
                *_vacuum_files(home, retention, clock.now(), dry_run),
                *_vacuum_journal(home, retention, clock, dry_run),
                *_vacuum_store(home, retention, clock.now(), dry_run, progress),
            ]
        except OSError as error:
            raise EmotapeError(
                f"{error.filename or home.path} cannot be removed: {error.strerror or error}. Make its "
                "folder writable, then run the same command again."
            ) from error
    return [part for part in gone if part.count or (part.count is None and part.size)]


def _before(now: datetime, days: int) -> datetime | None:
    return now - timedelta(days=days) if days else None


def _vacuum_files(home: Home, retention: Retention, now: datetime, dry_run: bool) -> list[Gone]:
    before = _before(now, retention.done_days)
    found: dict[str, Sequence[Path]] = {
        "published versions": find_old(home, retention.versions),
        "files in done/ and failed/": find_put_away(home, before) if before else [],
        "leftovers of killed runs": find_left(home, now),
    }
    sizes = measure(found.values())
    gone = [Gone(what, len(paths), size) for (what, paths), size in zip(found.items(), sizes, strict=True)]
    if not dry_run:
        for path in (path for paths in found.values() for path in paths):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        if found["files in done/ and failed/"]:
            for folder in (home.done, home.failed):
                remove_empty_folders(folder)
    return gone


def _vacuum_journal(home: Home, retention: Retention, clock: Clock, dry_run: bool) -> list[Gone]:
    before = _before(clock.now(), retention.journal_days)
    if before is None or not home.journal.exists():
        return []
    with open_journal(home, clock, read_only=dry_run) as journal:
        ((old,),) = (
            row.values() for row in journal.read("old_runs", before=before.isoformat(timespec="seconds"))
        )
        if old and not dry_run:
            journal.forget(retention.journal_days)
            journal.connection.execute("vacuum")
    return [Gone("runs of the journal", old, None)]


def _vacuum_store(
    home: Home, retention: Retention, now: datetime, dry_run: bool, progress: Progress
) -> list[Gone]:
    if not home.store.exists():
        return []
    moments = _before(now, retention.raw_days), _before(now, retention.quarantine_days)
    with closing(connect(home.store, read_only=True)) if dry_run else open_store(home) as store:
        unnamed = find_unnamed(store, now)
        (unnamed_size,) = measure([unnamed])
        segments = find_expired(store, moments[0])
        size = home.store.stat().st_size
        expired = count_expired(store, *moments)
        emptied = 0
        if not dry_run:
            for path in unnamed:
                path.unlink(missing_ok=True)
            emptied = empty_records(store, segments, progress)
        if not dry_run and (expired.records or expired.refusals):
            let_go(store, *moments)
            store.execute("checkpoint store")
        freed = unused_bytes(store)
        if not dry_run and freed:
            rewrite_store(store, home)
            freed = size - home.store.stat().st_size
    records = expired.records + sum(emptying.records for emptying in segments)
    return [
        Gone("files of scores and traits that are out of date", len(unnamed), unnamed_size),
        Gone("original records of posts", records, None),
        Gone("refused rows", expired.refusals, None),
        Gone("space of segments", None, max(emptied, 0)),
        Gone("space of the store", None, max(freed, 0)),
    ]
