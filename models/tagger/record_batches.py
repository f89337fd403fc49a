"""The tagger as a function from Arrow record batch to record batch, as engines of every kind take it.

Nothing is kept between batches, a row depends on nothing but itself, and rows stay in their order: so the
result is the same however posts are cut into batches, and on whatever machine.
"""

from collections.abc import Sequence

import polars as pl
import pyarrow as pa

from models.emotions import EMOTIONS
from models.posts import describe_posts
from models.tagger.scoring import Tagger, score

# Which post, and which text of it; passed through as they come.
KEY = ("source", "post_id", "body_hash")
SCORED_COLUMNS = (*KEY, "body")
DESCRIBED_COLUMNS = (*KEY, "is_reshare", "body")

_SCORE_FIELDS = (
    pa.field("emotion", pa.string(), nullable=False),
    *(pa.field(name, pa.float32(), nullable=False) for name in (*EMOTIONS, "valence", "confidence")),
)
_TRAIT_FIELDS = (
    pa.field("kind", pa.string(), nullable=False),
    pa.field("originality", pa.string(), nullable=False),
    pa.field("english", pa.bool_()),
)


def score_batch(tagger: Tagger, posts: pa.RecordBatch) -> pa.RecordBatch:
    """Score the posts of a batch.

    Parameters
    ----------
    posts
        At least the columns of `SCORED_COLUMNS`; `body` is any kind of Arrow string, nulls are empty posts.

    Returns
    -------
    pa.RecordBatch
        A row a post, in the same order: `KEY` as it came, then the columns that `models.tagger.score`
        gives (`emotion` a string, the others Float32).

    Raises
    ------
    KeyError
        A column is missing.
    """
    return _beside_key(posts, KEY, score(tagger, _texts(posts)), _SCORE_FIELDS)


def describe_batch(posts: pa.RecordBatch) -> pa.RecordBatch:
    """Describe the posts of a batch.

    Parameters
    ----------
    posts
        At least the columns of `DESCRIBED_COLUMNS`; `is_reshare` is Boolean or null.

    Returns
    -------
    pa.RecordBatch
        A row a post, in the same order: `KEY` and `is_reshare` as they came, then `kind`, `originality`
        and `english` as `models.posts.describe_posts` gives them.

    Raises
    ------
    KeyError
        A column is missing.
    """
    is_reshare = _series(posts, "is_reshare").cast(pl.Boolean)
    return _beside_key(posts, (*KEY, "is_reshare"), describe_posts(_texts(posts), is_reshare), _TRAIT_FIELDS)


def _texts(posts: pa.RecordBatch) -> pl.Series:
    return _series(posts, "body").cast(pl.String)


def _series(posts: pa.RecordBatch, name: str) -> pl.Series:
    return pl.Series(name, pl.from_arrow(posts.column(name)))


def _beside_key(
    posts: pa.RecordBatch, kept: Sequence[str], added: pl.DataFrame, fields: Sequence[pa.Field]
) -> pa.RecordBatch:
    """Return columns of the posts as they are, and beside them what was found out."""
    # Polars gives large or viewed strings; plain ones are what every reader of Arrow knows.
    columns = [added[field.name].to_arrow().cast(field.type) for field in fields]
    return pa.RecordBatch.from_arrays(
        [*(posts.column(name) for name in kept), *columns],
        schema=pa.schema([*(posts.schema.field(name) for name in kept), *fields]),
    )
