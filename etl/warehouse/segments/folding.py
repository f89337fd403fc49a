"""Moving whole months out of `raw_posts` into segments, and many small segments into one."""

from collections.abc import Callable

import duckdb

from etl.warehouse.segments.adding import LEAST
from etl.warehouse.segments.catalogue import Segment, list_segments, remove_orphans
from etl.warehouse.segments.reading import NOT_REPLACED, quote, quote_files, read_stored
from etl.warehouse.segments.writing import MONTH, ORDER, write_parquet, write_segment
from etl.warehouse.store import transaction

# DuckDB's own table is the better place for fewer posts: one file, one transaction.
WORTH_FOLDING = 1_000_000
MOST_SEGMENTS = 8  # of a source and month
_SCORE_COLUMNS = (
    "source, post_id, body_hash, emotion,"
    " neutral, happy, sad, anger, disgust, surprise, fear, valence, confidence"
)
_TRAIT_COLUMNS = "source, post_id, body_hash, is_reshare, kind, originality, english"


def is_worth_folding(store: duckdb.DuckDBPyConnection, enough: int = WORTH_FOLDING) -> bool:
    """Tell whether `raw_posts` has grown so large that its months should become segments."""
    ((count,),) = store.execute("select count(*) from store.raw_posts").fetchall()
    return bool(count >= enough)


def fold(
    store: duckdb.DuckDBPyConnection,
    progress: Callable[[int], None] = lambda posts: None,
    *,
    enough: int = WORTH_FOLDING,
    least: int = LEAST,
) -> int:
    """Move months out of `raw_posts` into segments where it has grown large, with their scores and traits.

    The newest month stays, unless it is large itself. Each month is one transaction, so a kill loses
    nothing. A source's months with more than `MOST_SEGMENTS` segments become one segment.

    Returns
    -------
    int
        The number of posts that were moved.
    """
    moved = 0
    if is_worth_folding(store, enough):
        months = store.execute(
            f"select source, {MONTH} as month, count(*) from store.raw_posts group by all"
            " having count(*) >= $least order by month, source",
            {"least": least},
        ).fetchall()
        newest = max((month for _, month, _ in months), default="")
        for source, month, count in months:
            if month < newest or count >= enough:
                with transaction(store):
                    _move(store, source, month)
                moved += count
                progress(count)
    for source, month in _find_crowded(store):
        _merge(store, source, month)
    remove_orphans(store)
    return moved


def _move(store: duckdb.DuckDBPyConnection, source: str, month: str) -> None:
    segment = write_segment(store, "store.raw_posts", month, source)
    store.execute(
        "create or replace temp table moving as select source, post_id from"
        f" read_parquet({quote(str(segment.posts))})"
    )
    _derive_as_stored(store, segment, "store.post_scores", "store.post_traits")
    for table in ("raw_posts", "post_traits"):
        _delete_moved(store, table)


def _delete_moved(store: duckdb.DuckDBPyConnection, table: str, condition: str = "true") -> None:
    store.execute(
        f"delete from store.{table} as stored using temp.moving as moving"
        f" where stored.source = moving.source and stored.post_id = moving.post_id and {condition}"
    )


def _derive_as_stored(
    store: duckdb.DuckDBPyConnection,
    segment: Segment,
    scores: str,
    traits: str,
) -> None:
    """Write beside a new segment what is known of all its posts; the rest is derived anew when asked for."""
    posts = f"read_parquet({quote(str(segment.posts))}) as posts"
    same = (
        "known.source = posts.source and known.post_id = posts.post_id and known.body_hash = posts.body_hash"
    )
    order = ", ".join(f"posts.{column.strip()}" for column in ORDER.split(","))
    for tagger, version, count in store.execute(
        f"select known.tagger, known.tagger_version, count(*) from {scores} as known"
        f" inner join {posts} on {same} group by all order by all"
    ).fetchall():
        if count != segment.n_posts:
            continue
        of_tagger = f"known.tagger = {quote(tagger)} and known.tagger_version = {quote(version)}"
        columns = ", ".join(f"known.{column.strip()}" for column in _SCORE_COLUMNS.split(","))
        write_parquet(
            store,
            f"select {columns} from {scores} as known inner join {posts} on {same}"
            f" where {of_tagger} order by {order}",
            segment.scores(tagger, version),
        )
        store.execute(
            "insert into store.segment_scores values ($segment, $tagger, $version)",
            {"segment": segment.number, "tagger": tagger, "version": version},
        )
        if scores == "store.post_scores":
            _delete_moved(store, "post_scores", f"stored.tagger = {quote(tagger)}")
    described = f"{same} and known.is_reshare is not distinct from posts.is_reshare"
    for version, count in store.execute(
        f"select known.version, count(*) from {traits} as known inner join {posts} on {described}"
        " group by all order by all"
    ).fetchall():
        if count != segment.n_posts:
            continue
        columns = ", ".join(f"known.{column.strip()}" for column in _TRAIT_COLUMNS.split(","))
        write_parquet(
            store,
            f"select {columns} from {traits} as known inner join {posts} on {described}"
            f" where known.version = {quote(version)} order by {order}",
            segment.traits(version),
        )
        store.execute(
            "insert into store.segment_traits values ($segment, $version)",
            {"segment": segment.number, "version": version},
        )


def _find_crowded(store: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = store.execute(
        "select source, month from store.segments group by all having count(*) > $most order by all",
        {"most": MOST_SEGMENTS},
    ).fetchall()
    return found


def _merge(store: duckdb.DuckDBPyConnection, source: str, month: str) -> None:
    """Write the segments of a source and month as one; none is left where all their posts were struck off."""
    old = list_segments(store, "source = $source and month = $month", source=source, month=month)
    read_stored(store)
    with transaction(store):
        store.execute(
            "create or replace temp view merging as select kept.* from"
            f" read_parquet({quote_files([segment.posts for segment in old])}) as kept {NOT_REPLACED}"
        )
        ((standing,),) = store.execute("select count(*) from temp.merging").fetchall()
        if standing:
            segment = write_segment(store, "temp.merging", month, source)
            _derive_as_stored(store, segment, "temp.stored_scores", "temp.stored_traits")
        numbers = ", ".join(str(was.number) for was in old)
        for table in ("segments", "segment_scores", "segment_traits", "replaced_posts"):
            store.execute(f"delete from store.{table} where segment in ({numbers})")
