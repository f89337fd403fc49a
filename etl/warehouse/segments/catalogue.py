"""Which segments there are, and where their files lie."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl.errors import PostsMissing

FOLDER = "posts"  # in the home


@dataclass(frozen=True)
class Segment:
    """A segment, and its files."""

    number: int
    month: str
    source: str
    n_posts: int
    folder: Path

    @property
    def posts(self) -> Path:
        """Its posts, with the columns of `raw_posts`."""
        return self.folder / f"{self.number:06d}.parquet"

    def scores(self, tagger: str, version: str) -> Path:
        """Return the file of what a version of a tagger makes of its posts, in the same order."""
        return self.folder / f"{self.number:06d}.scores-{_word(tagger, version)}.parquet"

    def traits(self, version: str) -> Path:
        """Return the file of what a version of the rules says of its posts, in the same order."""
        return self.folder / f"{self.number:06d}.traits-{_word(version)}.parquet"


def _word(*parts: str) -> str:
    # Names of taggers hold slashes and colons.
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def posts_folder(store: duckdb.DuckDBPyConnection) -> Path:
    """Return the folder of the segments: it lies beside the store's file."""
    ((path,),) = store.execute("select path from duckdb_databases() where database_name = 'store'").fetchall()
    return Path(path).parent / FOLDER


def list_segments(
    store: duckdb.DuckDBPyConnection, where: str = "true", **parameters: object
) -> list[Segment]:
    """Return the segments of the catalogue, in order, those for which a condition on its row holds."""
    folder = posts_folder(store)
    rows = store.execute(
        f"select segment, month, source, n_posts from store.segments where {where} order by segment",
        parameters,
    ).fetchall()
    return [Segment(number, month, source, n, folder / month) for number, month, source, n in rows]


def next_number(store: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the next segment."""
    ((number,),) = store.execute("select coalesce(max(segment), 0) + 1 from store.segments").fetchall()
    return int(number)


def remove_orphans(store: duckdb.DuckDBPyConnection) -> None:
    """Remove the files of segments that the catalogue does not name: killed writers and merging leave them.

    Only for whoever has the store open for writing.
    """
    folder = posts_folder(store)
    if not folder.exists():
        return
    counted = {f"{segment.number:06d}" for segment in list_segments(store)}
    for file in folder.glob("*/*"):
        # What was derived of a segment and is not noted yet stays: it need not be made again.
        if file.name.startswith(".") or file.name.partition(".")[0] not in counted:
            file.unlink(missing_ok=True)


def refuse_missing(store: duckdb.DuckDBPyConnection) -> None:
    """Refuse a catalogue that names posts whose files are not there.

    Raises
    ------
    PostsMissing
        Naming one of them.
    """
    named = [segment.posts for segment in list_segments(store)]
    missing = [file for file in named if not file.exists()]
    if missing:
        raise PostsMissing(
            f"{len(missing)} of the {len(named)} files of posts that the store lists are missing, such as "
            f"{missing[0]}: put them back, or restore a backup with `emotape restore`."
        )


def forget_missing(store: duckdb.DuckDBPyConnection) -> None:
    """Forget scores and traits whose files are not there, so that they are derived again."""
    segments = {segment.number: segment for segment in list_segments(store)}
    for number, tagger, version in store.execute(
        "select segment, tagger, tagger_version from store.segment_scores"
    ).fetchall():
        if not segments[number].scores(tagger, version).exists():
            store.execute(
                "delete from store.segment_scores where segment = $segment and tagger = $tagger",
                {"segment": number, "tagger": tagger},
            )
    for number, version in store.execute("select segment, version from store.segment_traits").fetchall():
        if not segments[number].traits(version).exists():
            store.execute("delete from store.segment_traits where segment = $segment", {"segment": number})


def list_files(store: duckdb.DuckDBPyConnection) -> list[Path]:
    """Return all files that the catalogue names, in order: what a copy of the store needs beside it."""
    segments = {segment.number: segment for segment in list_segments(store)}
    scored = store.execute("select segment, tagger, tagger_version from store.segment_scores").fetchall()
    described = store.execute("select segment, version from store.segment_traits").fetchall()
    return [
        *(segment.posts for segment in segments.values()),
        *(segments[number].scores(tagger, version) for number, tagger, version in sorted(scored)),
        *(segments[number].traits(version) for number, version in sorted(described)),
    ]
