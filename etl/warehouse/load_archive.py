"""Loading the public archive: records wait, sorted, for their texts; then a file of texts at a time is added.

Killed at any moment and started again, it goes on: records that wait are not read again, nor are files of
texts that were added. What is half written has another name until it is whole.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
from duckdb.func import ARROW

from etl.settings import Home
from etl.sources.archive.filters import Filters
from etl.sources.archive.layout import Archive, ArchiveFile
from etl.sources.archive.remote import fetch
from etl.sources.archive.values import clean_bodies
from etl.warehouse.archive_records import Ranges, StagedRecords, stage_records
from etl.warehouse.archive_remainder import quarantine_records, release_records
from etl.warehouse.archive_texts import gather_texts
from etl.warehouse.incoming import LoadCount, Progress, log_load, next_load
from etl.warehouse.quarantine import quarantine_file
from etl.warehouse.segments.adding import add_posts
from etl.warehouse.store import transaction

MEMORY = "2GB"


class ArchiveLoad:
    """The load of an archive, which may have begun in another process.

    In order: `stage` each of `unstaged_records`, `add` each of `unread_texts`, `finish`.

    Parameters
    ----------
    memory
        What DuckDB may use before it writes to disk, such as `2GB`.
    """

    def __init__(
        self,
        store: duckdb.DuckDBPyConnection,
        home: Home,
        archive: Archive,
        filters: Filters,
        memory: str | None = None,
    ) -> None:
        self._store = store
        self._filters = filters
        self._source = archive.source
        self._choice = archive.word(filters.words)
        self._staging = home.path / ".archive" / self._choice
        self._records = [
            (file, StagedRecords(self._staging, number)) for number, file in enumerate(archive.records)
        ]
        self._texts = archive.texts
        self._ranges: Ranges | None = None
        store.execute("set memory_limit = $memory", {"memory": memory or MEMORY})
        store.create_function("archive_clean_bodies", clean_bodies, ["VARCHAR"], "VARCHAR", type=ARROW)

    @property
    def is_done(self) -> bool:
        """Whether all files were read as they are now."""
        known = self._known()
        return all(file in known for file in (*self._texts, *(file for file, _ in self._records)))

    def unstaged_records(self) -> list[tuple[ArchiveFile, StagedRecords]]:
        """Return the files of records that do not wait yet."""
        return [(file, staged) for file, staged in self._records if not staged.is_there]

    def stage(self, file: ArchiveFile, staged: StagedRecords) -> int:
        """Let the records of a file wait, those that the filters want; return how many rows were read."""
        with self._local(file) as path:
            return stage_records(self._store, path, staged, self._filters, self._staging)

    def unread_texts(self) -> list[ArchiveFile]:
        """Return the files of texts that were not added as they are now."""
        known = self._known()
        # Which records have a text is known from all files of texts, unless it was settled before.
        settled = all(file in known for file, _ in self._records)
        return [
            file for file in self._texts if file not in known or not (settled or self._seen(file).exists())
        ]

    def add(self, file: ArchiveFile, progress: Progress = lambda rows: None) -> LoadCount:
        """Add the posts of a file of texts, in one transaction with what it refuses.

        Raises
        ------
        BadInput
            The file cannot be read, or has other columns. Nothing of it is stored then.
        """
        if self._ranges is None:
            self._ranges = Ranges(self._store, [staged.path for _, staged in self._records])
        load_id = next_load(self._store)
        with self._local(file) as path:
            gathered = gather_texts(
                self._store,
                path,
                self._ranges,
                keep_all=self._filters.keep_all,
                source=self._source,
                load_id=load_id,
                seen=self._seen(file),
                staging=self._staging,
            )
        with transaction(self._store):
            added = add_posts(self._store, "temp.archive_posts")
            quarantined = quarantine_file(self._store, "posts", file.address, load_id, [gathered.refused])
            count = LoadCount(added.new, added.updated, added.unchanged + gathered.n_repeats, quarantined)
            self._note(file, load_id, count)
        progress(gathered.n_rows)
        return count

    def finish(self, progress: Progress = lambda files: None) -> LoadCount:
        """Put what has become no post into the quarantine, file by file, and remove what waited."""
        known = self._known()
        quarantined = 0
        seen = Ranges(self._store, [path for file in self._texts if (path := self._seen(file)).exists()])
        # What does not wait any more was settled before a kill.
        for file, staged in ((file, staged) for file, staged in self._records if staged.is_there):
            with transaction(self._store):
                if file in known:
                    release_records(self._store, file, staged, seen)
                else:
                    load_id = next_load(self._store)
                    count = quarantine_records(self._store, file, staged, seen, load_id)
                    self._note(file, load_id, count)
                    quarantined += count.quarantined
            progress(1)
        shutil.rmtree(self._staging, ignore_errors=True)
        with suppress(OSError):  # another choice of posts may be waiting
            self._staging.parent.rmdir()
        return LoadCount(0, 0, 0, quarantined)

    def _known(self) -> set[ArchiveFile]:
        rows = self._store.execute(
            "select file, size, stamp from archive_files where choice = $choice", {"choice": self._choice}
        ).fetchall()
        return {ArchiveFile(address, size, stamp) for address, size, stamp in rows}

    def _note(self, file: ArchiveFile, load_id: int, count: LoadCount) -> None:
        log_load(self._store, load_id, "posts", file.address, self._source, count)
        noted = {"choice": self._choice, "file": file.address}
        self._store.execute("delete from archive_files where choice = $choice and file = $file", noted)
        self._store.execute(
            "insert into archive_files values ($choice, $file, $size, $stamp, $load_id)",
            {**noted, "size": file.size, "stamp": file.stamp, "load_id": load_id},
        )

    def _seen(self, file: ArchiveFile) -> Path:
        return self._staging / "seen" / f"{file.name}.parquet"

    @contextmanager
    def _local(self, file: ArchiveFile) -> Iterator[Path]:
        if not file.is_remote:
            yield Path(file.address)
            return
        path = fetch(self._store, file, self._staging / "fetched.csv")
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)
