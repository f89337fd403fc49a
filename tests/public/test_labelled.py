"""Labelled posts become tables that `emotape evaluate` reads, told apart by what the tagger knows."""

import numpy as np
import polars as pl
import pytest
from public.library import open_library, tagged_posts, tagged_sample

from etl.errors import BadInput
from etl.labelled_posts import read_labelled
from etl.public.labelled import write_labelled
from etl.public.manifest import Trained
from models.emotions import EMOTIONS


def bits(rows: list[int]) -> str:
    marks = np.zeros(32, np.uint8)
    marks[rows] = 1
    return np.packbits(marks).tobytes().hex()


@pytest.fixture
def written(tmp_path):
    """Write the tables of the small sample, the tagger knowing what is given."""

    def write(trained=None, table=None):
        source = tmp_path / "tagged.parquet.snappy"
        (tagged_posts() if table is None else table).write_parquet(source, compression="snappy")
        with open_library() as library:
            data_set = tagged_sample(library, trained)
        return write_labelled(data_set, source, tmp_path)

    return write


def test_numbers_become_the_words_that_evaluate_reads(written):
    tables = written()
    assert tables.unseen is None
    posts = pl.read_parquet(tables.all)
    assert posts.columns == ["row", "body", "emotion"]
    assert posts["emotion"].to_list() == [*EMOTIONS * 4, "neutral"]
    assert posts["body"].to_list() == tagged_posts()["text"].to_list()
    assert read_labelled(tables.all, "body", "emotion").emotions == posts["emotion"].to_list()


def test_posts_that_the_tagger_knows_are_set_apart_and_so_are_their_doubles(written):
    tables = written(Trained(bits([0, 8]), {"neutral": 1, "happy": 1}))
    unseen = pl.read_parquet(tables.unseen)
    assert unseen["row"].to_list() == [row for row in range(28) if row not in {0, 8}]


def test_a_table_in_another_order_is_not_divided(written):
    assert written(Trained(bits([0, 8]), {"neutral": 2})).unseen is None


def test_writing_twice_writes_nothing(written):
    first = written().all
    before = first.stat().st_mtime_ns
    assert written().all.stat().st_mtime_ns == before


@pytest.mark.parametrize("label", [7, -1, None])
def test_a_label_without_a_word_is_refused_with_its_row(written, label):
    table = (
        tagged_posts()
        .with_row_index("n")
        .with_columns(
            label=pl.when(pl.col("n") == 5).then(pl.lit(label, pl.Int64)).otherwise(pl.col("label"))
        )
    )
    with pytest.raises(BadInput, match=f"has the label {label} in row 5; expected a number from 0 to 6"):
        written(table=table.drop("n"))
