from itertools import pairwise

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from engines.segments import posts

from models.posts import describe_posts
from models.tagger import load_tagger, score
from models.tagger.record_batches import DESCRIBED_COLUMNS, KEY, SCORED_COLUMNS, describe_batch, score_batch

POSTS = posts(500)


@pytest.fixture(scope="module")
def tagger():
    return load_tagger("linear")


def batch(frame: pl.DataFrame, *columns: str) -> pa.RecordBatch:
    (only,) = frame.select(columns).rechunk().to_arrow().combine_chunks().to_batches()
    return only


def test_scores_are_those_of_the_tagger_beside_the_key_in_the_same_order(tagger):
    scored = pl.DataFrame(pl.from_arrow(score_batch(tagger, batch(POSTS, *SCORED_COLUMNS))))
    assert scored.equals(POSTS.select(KEY).hstack(score(tagger, POSTS["body"])))


def test_traits_are_those_of_the_rules_beside_key_and_reshare(tagger):
    described = pl.DataFrame(pl.from_arrow(describe_batch(batch(POSTS, *DESCRIBED_COLUMNS))))
    expected = describe_posts(POSTS["body"], POSTS["is_reshare"])
    assert described.equals(POSTS.select(*KEY, "is_reshare").hstack(expected))
    assert described["originality"].n_unique() == 2
    assert described["english"].null_count() > 0


def test_a_row_depends_on_itself_alone_so_batches_may_be_cut_anywhere(tagger):
    whole = batch(POSTS, *DESCRIBED_COLUMNS)
    edges = [0, *sorted(np.random.default_rng(1).choice(np.arange(1, 500), 6, replace=False)), 500]
    parts = [whole.slice(a, b - a) for a, b in pairwise(edges)]
    for function in (describe_batch, lambda part: score_batch(tagger, part)):
        assert pa.Table.from_batches([function(part) for part in parts]).equals(
            pa.Table.from_batches([function(whole)])
        )


def test_other_columns_are_dropped_and_the_key_keeps_its_types(tagger):
    as_decimals = POSTS.with_columns(pl.col("body_hash").cast(pl.Decimal(20, 0)))  # as Spark reads them
    scored = score_batch(tagger, batch(as_decimals, "raw", *SCORED_COLUMNS))
    assert scored.schema.names == [*KEY, "emotion", *tagger.classes_, "valence", "confidence"]
    assert scored.schema.field("body_hash").type == pa.decimal128(20, 0)
    assert scored.schema.field("emotion").type == pa.string()
    assert {scored.schema.field(name).type for name in scored.schema.names[4:]} == {pa.float32()}


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
def test_any_kind_of_arrow_string_is_read_and_nulls_are_empty_posts(tagger, kind):
    bodies = pa.array([None, "", "so sad 😢"], kind)
    key = {"source": ["a"] * 3, "post_id": list("123"), "body_hash": pa.array([1, 2, 3], pa.uint64())}
    some = pa.RecordBatch.from_pydict(key | {"body": bodies, "is_reshare": pa.nulls(3)})
    scored, described = score_batch(tagger, some), describe_batch(some)
    assert scored.column("emotion").to_pylist()[2] == "sad"
    assert scored.column("confidence").to_pylist()[:2] == pytest.approx([1 / 7] * 2)
    assert described.column("english").to_pylist() == [None, None, True]


def test_no_posts_give_no_rows_and_all_columns(tagger):
    none = batch(POSTS, *DESCRIBED_COLUMNS).slice(0, 0)
    some = batch(POSTS, *DESCRIBED_COLUMNS)
    assert score_batch(tagger, none).num_rows == describe_batch(none).num_rows == 0
    assert score_batch(tagger, none).schema.equals(score_batch(tagger, some).schema)
    assert describe_batch(none).schema.equals(describe_batch(some).schema)


def test_a_missing_column_is_named(tagger):
    with pytest.raises(KeyError, match="body"):
        score_batch(tagger, batch(POSTS, *KEY))
