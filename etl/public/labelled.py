"""Tables of labelled posts as `emotape evaluate` and `emotape train` read them."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl

from etl.errors import BadInput
from etl.public.manifest import DataSet, Trained
from etl.score_file import read_columns
from etl.whole_files import write_all

ALL, UNSEEN = "labelled.parquet", "unseen.parquet"


@dataclass(frozen=True)
class Written:
    """The tables that were written.

    Parameters
    ----------
    all
        All posts: row (from 0, as in the source), body, emotion.
    unseen
        Those that the shipped tagger was not trained on; None where that cannot be told.
    """

    all: Path
    unseen: Path | None


def write_labelled(data_set: DataSet, source: Path, folder: Path) -> Written:
    """Write the posts of a data set with their emotions in words.

    Raises
    ------
    BadInput
        The source lacks a column, or holds a label that the data set does not name.
    """
    posts = _read(data_set, source)
    tables = {ALL: posts}
    if data_set.trained and (unseen := _unseen(posts, data_set.trained)) is not None:
        tables[UNSEEN] = unseen
    written = write_all(folder, {name: _as_parquet(table) for name, table in tables.items()}, force=True)
    return Written(written[0], written[1] if len(written) > 1 else None)


def _read(data_set: DataSet, source: Path) -> pl.DataFrame:
    body, label = data_set.columns["body"], data_set.columns["emotion"]
    given = read_columns(source, body, label).select(body=body, label=label).collect().with_row_index("row")
    names = pl.DataFrame({"label": range(len(data_set.labels)), "emotion": data_set.labels})
    numbered = given.with_columns(pl.col("label").cast(pl.Int64, strict=False))
    posts = numbered.join(names, on="label", how="left", maintain_order="left").drop("label")
    strange = given.filter(posts["emotion"].is_null())
    if strange.height:
        raise BadInput(
            f"{source.name} has the label {strange['label'][0]!r} in row {strange['row'][0]:,}; expected a "
            f"number from 0 to {len(data_set.labels) - 1}."
        )
    return posts


def _unseen(posts: pl.DataFrame, trained: Trained) -> pl.DataFrame | None:
    """Return the posts that were not trained on; None where the table is in another order than is meant."""
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(trained.rows), np.uint8))
    seen = pl.Series(bits[: posts.height].astype(bool)).extend_constant(
        False, max(posts.height - len(bits), 0)
    )
    known = posts.filter(seen)
    if dict(known["emotion"].value_counts().iter_rows()) != dict(trained.counts):
        return None
    # The same text twice is the same post to a tagger.
    return posts.filter(~seen).join(known, on="body", how="anti", maintain_order="left")


def _as_parquet(posts: pl.DataFrame) -> bytes:
    content = BytesIO()
    posts.write_parquet(content)
    return content.getvalue()
