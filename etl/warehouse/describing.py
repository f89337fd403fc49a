"""Describing: every post as it stands now gets its kind, originality and language, wherever it lies."""

from collections.abc import Callable

import duckdb
import polars as pl

from etl.warehouse.segments.deriving import HERE, Machinery, count_undescribed_in_segments, describe_segments
from etl.warehouse.sql_files import read_sql
from etl.warehouse.store import replace_rows
from models.posts import TRAITS_VERSION, describe_posts

BATCH_POSTS = 50_000


def count_undescribed(store: duckdb.DuckDBPyConnection) -> int:
    """Return how many posts are still to be described."""
    ((count,),) = store.execute(
        f"select count(*) from ({read_sql('load', 'undescribed_posts').text})", {"version": TRAITS_VERSION}
    ).fetchall()
    return int(count) + count_undescribed_in_segments(store)


def describe_stored_posts(
    store: duckdb.DuckDBPyConnection,
    progress: Callable[[int], None] = lambda posts: None,
    machinery: Machinery = HERE,
) -> int:
    """Describe what is new or changed, or was described by older rules, and return how many posts that were.

    Each batch is committed, so that an interrupted run goes on where it stopped.
    """
    reader = store.cursor()
    undescribed = reader.sql(
        read_sql("load", "undescribed_posts").text, params={"version": TRAITS_VERSION}
    ).to_arrow_reader(BATCH_POSTS)
    described = 0
    for record_batch in undescribed:
        posts = pl.DataFrame(pl.from_arrow(record_batch))
        traits = describe_posts(posts["body"], posts["is_reshare"])
        described_posts = posts.drop("body").hstack(traits).with_columns(version=pl.lit(TRAITS_VERSION))
        replace_rows(store, "post_traits", described_posts, key=("source", "post_id"))
        described += posts.height
        progress(posts.height)
    reader.close()
    return described + describe_segments(store, progress, machinery)
