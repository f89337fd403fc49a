"""Deriving scores and traits of segments: whole files, by an engine that may use many machines."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl.engines import Scores, Task, Traits, Work, run_engine
from etl.engines.run import MEMORY
from etl.warehouse.segments.catalogue import Segment, list_segments
from etl.warehouse.segments.reading import NOT_REPLACED, quote
from etl.warehouse.store import transaction
from models.posts import TRAITS_VERSION
from models.tagger import Tagger

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Machinery:
    """What derives: an engine of `etl.engines`, and the bytes that it may take on this machine."""

    engine: str = "local"
    memory: int = MEMORY


HERE = Machinery()


def count_unscored_in_segments(store: duckdb.DuckDBPyConnection, tagger: Tagger) -> int:
    """Return how many posts lie in segments that this version of the tagger has not scored."""
    return sum(segment.n_posts for segment in _unscored(store, tagger))


def count_undescribed_in_segments(store: duckdb.DuckDBPyConnection) -> int:
    """Return how many posts lie in segments that today's rules have not described."""
    return sum(segment.n_posts for segment in _undescribed(store))


def score_segments(
    store: duckdb.DuckDBPyConnection,
    tagger: Tagger,
    opened_by: str,
    progress: Progress = lambda posts: None,
    machinery: Machinery = HERE,
) -> int:
    """Score the segments that this version of the tagger has not scored; return how many posts that were.

    Parameters
    ----------
    opened_by
        What the tagger is called on the command line: workers open it by this name.

    Notes
    -----
    A file that a killed run finished is not made again.
    """
    segments = _unscored(store, tagger)
    _run(
        machinery,
        Scores(opened_by, tagger.version),
        segments,
        lambda segment: segment.scores(tagger.name, tagger.version),
        progress,
    )
    for segment in segments:
        with transaction(store):
            old = store.execute(
                "delete from store.segment_scores where segment = $segment and tagger = $tagger"
                " returning tagger_version",
                {"segment": segment.number, "tagger": tagger.name},
            ).fetchall()
            store.execute(
                "insert into store.segment_scores values ($segment, $tagger, $version)",
                {"segment": segment.number, "tagger": tagger.name, "version": tagger.version},
            )
            # A segment that was folded while some of its posts had no score left the others' here.
            store.execute(
                f"delete from store.post_scores as stored using ({_standing(segment)}) as posts"
                " where stored.source = posts.source and stored.post_id = posts.post_id"
                " and stored.body_hash = posts.body_hash and stored.tagger = $tagger",
                {"tagger": tagger.name},
            )
        for (version,) in old:
            segment.scores(tagger.name, version).unlink(missing_ok=True)
    return sum(segment.n_posts for segment in segments)


def describe_segments(
    store: duckdb.DuckDBPyConnection,
    progress: Progress = lambda posts: None,
    machinery: Machinery = HERE,
) -> int:
    """Describe the segments that today's rules have not described; return how many posts that were."""
    segments = _undescribed(store)
    _run(
        machinery,
        Traits(TRAITS_VERSION),
        segments,
        lambda segment: segment.traits(TRAITS_VERSION),
        progress,
    )
    for segment in segments:
        with transaction(store):
            old = store.execute(
                "delete from store.segment_traits where segment = $segment returning version",
                {"segment": segment.number},
            ).fetchall()
            store.execute(
                "insert into store.segment_traits values ($segment, $version)",
                {"segment": segment.number, "version": TRAITS_VERSION},
            )
            store.execute(
                f"delete from store.post_traits as stored using ({_standing(segment)}) as posts"
                " where stored.source = posts.source and stored.post_id = posts.post_id"
                " and stored.body_hash = posts.body_hash"
            )
        for (version,) in old:
            segment.traits(version).unlink(missing_ok=True)
    return sum(segment.n_posts for segment in segments)


def _standing(segment: Segment) -> str:
    """Return the posts of a segment that were not struck off; the others have their scores elsewhere."""
    return (
        "select kept.source, kept.post_id, kept.body_hash"
        f" from read_parquet({quote(str(segment.posts))}) as kept {NOT_REPLACED}"
    )


def _unscored(store: duckdb.DuckDBPyConnection, tagger: Tagger) -> list[Segment]:
    return list_segments(
        store,
        "segment not in (select segment from store.segment_scores"
        " where tagger = $tagger and tagger_version = $version)",
        tagger=tagger.name,
        version=tagger.version,
    )


def _undescribed(store: duckdb.DuckDBPyConnection) -> list[Segment]:
    return list_segments(
        store,
        "segment not in (select segment from store.segment_traits where version = $version)",
        version=TRAITS_VERSION,
    )


def _run(
    machinery: Machinery,
    work: Work,
    segments: list[Segment],
    target: Callable[[Segment], Path],
    progress: Progress,
) -> None:
    tasks = [Task(segment.posts, target(segment), segment.n_posts) for segment in segments]
    if tasks:
        run_engine(machinery.engine, work, tasks, progress, machinery.memory)
