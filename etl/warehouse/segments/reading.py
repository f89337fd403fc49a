"""Posts wherever they lie: three views over the tables and the segments, whole or of a span of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from etl.warehouse.segments.catalogue import Segment, list_segments

# From when a post may be used; `sql/staging/stg_posts.sql` says why.
AVAILABLE_AT = "coalesce(created_at, created_on + interval 36 hour)::timestamp"
_SCORES = (
    "tagger, tagger_version, source, post_id, body_hash, emotion,"
    " neutral, happy, sad, anger, disgust, surprise, fear, valence, confidence"
)
# The number of the segment of whose files `kept` is a row.
NUMBER = "split_part(parse_filename(kept.filename), '.', 1)::bigint"
# A copy that was struck off in one segment may stand in another, to which its post came later.
NOT_REPLACED = (
    "anti join store.replaced_posts as replaced"
    " on replaced.source = kept.source and replaced.post_id = kept.post_id"
    f" and replaced.segment = {NUMBER}"
)


@dataclass(frozen=True)
class Span:
    """A stretch of time, UTC without a zone: from `begin_at` to before `end_at`."""

    begin_at: datetime
    end_at: datetime

    def holds(self, moment: str) -> str:
        """Return the condition that a moment lies in it, in SQL."""
        return f"{moment} >= timestamp '{self.begin_at}' and {moment} < timestamp '{self.end_at}'"


def read_stored(store: duckdb.DuckDBPyConnection, span: Span | None = None) -> None:
    """Make the temporary views `stored_posts`, `stored_scores` and `stored_traits`.

    They have the columns of `raw_posts`, `post_scores` and `post_traits`, and show each post once, wherever
    it lies. They stay right as long as no segment is added.

    Parameters
    ----------
    span
        Of these moments only; scores and traits may be more than those of the span's posts.
    """
    segments = list_segments(store, _overlap(span) if span else "true") if has_segments(store) else []
    kept_posts = _keep(store, segments)
    kept = f"where {span.holds(AVAILABLE_AT)}" if span else ""
    _create(
        store, "stored_posts", [f"select * from store.raw_posts {kept}", *_posts(segments, kept, kept_posts)]
    )
    _create(
        store,
        "stored_scores",
        [f"select {_SCORES} from store.post_scores", *_scores(store, segments, kept_posts)],
    )
    _create(
        store, "stored_traits", ["select * from store.post_traits", *_traits(store, segments, kept_posts)]
    )


def has_segments(store: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether the store knows of segments: one that an older emotape wrote does not."""
    ((known,),) = store.execute(
        "select count(*) from duckdb_tables() where database_name = 'store' and table_name = 'segments'"
    ).fetchall()
    return bool(known)


def _keep(store: duckdb.DuckDBPyConnection, segments: Sequence[Segment]) -> str:
    """Return the join that leaves out what was struck off; nothing where nothing was, which is the rule."""
    if not segments:
        return ""
    numbers = ", ".join(str(segment.number) for segment in segments)
    ((struck,),) = store.execute(
        f"select count(*) from store.replaced_posts where segment in ({numbers})"
    ).fetchall()
    return NOT_REPLACED if struck else ""


def _overlap(span: Span) -> str:
    return f"first_at < timestamp '{span.end_at}' and last_at >= timestamp '{span.begin_at}'"


def _create(store: duckdb.DuckDBPyConnection, name: str, parts: Sequence[str]) -> None:
    store.execute(f"create or replace temp view {name} as {' union all by name '.join(parts)}")


def _posts(segments: Sequence[Segment], kept: str, kept_posts: str) -> list[str]:
    if not segments:
        return []
    files = quote_files([segment.posts for segment in segments])
    return [f"select kept.* from read_parquet({files}) as kept {kept_posts} {kept}"]


def _scores(store: duckdb.DuckDBPyConnection, segments: Sequence[Segment], kept_posts: str) -> list[str]:
    by_number = {segment.number: segment for segment in segments}
    files: dict[tuple[str, str], list[Path]] = {}
    if not segments:
        return []
    for number, tagger, version in store.execute(
        "select segment, tagger, tagger_version from store.segment_scores order by segment"
    ).fetchall():
        if number in by_number:
            files.setdefault((tagger, version), []).append(by_number[number].scores(tagger, version))
    return [
        f"select {quote(tagger)} as tagger, {quote(version)} as tagger_version, kept.*"
        f" from read_parquet({quote_files(paths)}) as kept {kept_posts}"
        for (tagger, version), paths in sorted(files.items())
    ]


def _traits(store: duckdb.DuckDBPyConnection, segments: Sequence[Segment], kept_posts: str) -> list[str]:
    by_number = {segment.number: segment for segment in segments}
    files: dict[str, list[Path]] = {}
    if not segments:
        return []
    for number, version in store.execute(
        "select segment, version from store.segment_traits order by segment"
    ).fetchall():
        if number in by_number:
            files.setdefault(version, []).append(by_number[number].traits(version))
    return [
        f"select kept.*, {quote(version)} as version"
        f" from read_parquet({quote_files(paths)}) as kept {kept_posts}"
        for version, paths in sorted(files.items())
    ]


def quote(text: str) -> str:
    """Write a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def quote_files(paths: Sequence[Path]) -> str:
    """Write paths as a list of SQL."""
    return "[" + ", ".join(quote(str(path)) for path in paths) + "]"
