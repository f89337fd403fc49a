"""Scoring: every post whose text has no score of this tagger and version gets one, wherever it lies."""

from collections.abc import Callable

import duckdb
import polars as pl

from etl.warehouse.segments.deriving import HERE, Machinery, count_unscored_in_segments, score_segments
from etl.warehouse.sql_files import read_sql
from etl.warehouse.store import replace_rows
from models.tagger import Tagger, score

BATCH_POSTS = 50_000


def count_unscored(store: duckdb.DuckDBPyConnection, tagger: Tagger) -> int:
    """Return how many posts this tagger has still to score."""
    ((count,),) = store.execute(
        f"select count(*) from ({read_sql('load', 'unscored_posts').text})",
        {"tagger": tagger.name, "version": tagger.version},
    ).fetchall()
    return int(count) + count_unscored_in_segments(store, tagger)


def score_posts(
    store: duckdb.DuckDBPyConnection,
    tagger: Tagger,
    progress: Callable[[int], None] = lambda posts: None,
    *,
    opened_by: str | None = None,
    machinery: Machinery = HERE,
) -> int:
    """Score what is new or changed and return how many posts that were.

    Each batch is committed, so that an interrupted run goes on where it stopped.

    Parameters
    ----------
    opened_by
        What the tagger is called on the command line: workers on segments open it by this name. Default:
        its own name.
    machinery
        What scores segments.
    """
    reader = store.cursor()
    unscored = reader.sql(
        read_sql("load", "unscored_posts").text, params={"tagger": tagger.name, "version": tagger.version}
    ).to_arrow_reader(BATCH_POSTS)
    scored = 0
    for record_batch in unscored:
        posts = pl.DataFrame(pl.from_arrow(record_batch))
        scores = pl.concat([posts.drop("body"), score(tagger, posts["body"])], how="horizontal")
        store_scores(store, tagger.name, tagger.version, scores)
        scored += posts.height
        progress(posts.height)
    reader.close()
    return scored + score_segments(store, tagger, opened_by or tagger.name, progress, machinery)


def store_scores(store: duckdb.DuckDBPyConnection, name: str, version: str, scores: pl.DataFrame) -> None:
    """Store scores of posts in place of what this tagger said of them before.

    Parameters
    ----------
    scores
        `source`, `post_id`, `body_hash`, and the columns that `models.tagger.score` gives.
    """
    named = scores.with_columns(tagger=pl.lit(name), tagger_version=pl.lit(version))
    replace_rows(store, "post_scores", named, key=("tagger", "source", "post_id"))
