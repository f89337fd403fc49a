"""Files of labelled posts, whatever taxonomy their labels are in."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from etl.errors import BadInput
from etl.score_file import read_columns
from models.taxonomies import TAXONOMIES, Taxonomy, recognise, single_labels

KIND = "what"  # the column that, where a file has it, says of what kind a post is


@dataclass(frozen=True)
class LabelledPosts:
    """Posts with one label each.

    Parameters
    ----------
    texts
        Their texts (n).
    taxonomy
        The one in which the file's labels are.
    emotions
        The labels (n) as emotions; empty where the taxonomy names directions.
    signs
        The labels (n) as 1 and -1; None where the taxonomy names emotions.
    kinds
        What the file's column `what` says (n); None where there is no such column.
    mapping
        How the labels became what they are measured against; empty where they are emotions already.
    notes
        Sentences on rows left out.
    """

    texts: pl.Series
    taxonomy: Taxonomy
    emotions: list[str]
    signs: NDArray[np.int8] | None
    kinds: list[str | None] | None
    mapping: str
    notes: tuple[str, ...]


def read_labelled(file: Path, column: str, label: str) -> LabelledPosts:
    """Read posts and their labels; rows without a text or with other than one label are left out and counted.

    Parameters
    ----------
    column, label
        The columns that hold the text and the label: a string, or a list of strings.

    Raises
    ------
    BadInput
        The file cannot be read, lacks a column, or its labels are of no taxonomy.
    """
    rows = read_columns(file, column, label)
    has_kinds = KIND in rows.collect_schema().names() and KIND not in {column, label}
    kind = pl.col(KIND).cast(pl.String) if has_kinds else pl.lit(None, pl.String)
    try:
        posts = rows.select(text=pl.col(column).cast(pl.String), given=pl.col(label), kind=kind).collect()
    except pl.exceptions.PolarsError as error:
        raise BadInput(f"{file} cannot be read: {str(error).splitlines()[0]}.") from error
    present = posts.filter(_is_present("text"), _has_label(posts.schema["given"]))
    posts_of_one = present.with_columns(label=single_labels(present["given"])).filter(_is_present("label"))
    notes = [
        _left_out(posts.height - present.height, "without a text or label"),
        _left_out(present.height - posts_of_one.height, "with several labels"),
    ]
    try:
        taxonomy = recognise(posts_of_one["label"].unique())
    except ValueError as error:
        raise BadInput(f"{file.name}, column '{label}': {error}") from error
    if taxonomy.kind == "valence":
        mapped = posts_of_one.with_columns(truth=taxonomy.to_sign(posts_of_one["label"]))
        mapping = f"labels of {taxonomy.name} measured by the sign of valence"
    else:
        mapped = posts_of_one.with_columns(truth=taxonomy.to_emtract(posts_of_one["label"]))
        foreign = taxonomy is not TAXONOMIES["emtract"]
        mapping = f"labels of {taxonomy.name} mapped to seven emotions" if foreign else ""
    used = mapped.filter(pl.col("truth").is_not_null())
    notes.append(_left_out(mapped.height - used.height, "whose label becomes no emotion"))
    of_valence = taxonomy.kind == "valence"
    return LabelledPosts(
        texts=used["text"],
        taxonomy=taxonomy,
        emotions=[] if of_valence else used["truth"].to_list(),
        signs=used["truth"].to_numpy() if of_valence else None,
        kinds=used["kind"].to_list() if has_kinds else None,
        mapping=mapping,
        notes=tuple(note for note in notes if note),
    )


def _is_present(name: str) -> pl.Expr:
    return pl.col(name).is_not_null()


def _has_label(dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.List):
        return pl.col("given").list.len().fill_null(0) > 0
    return pl.col("given").cast(pl.String).str.strip_chars().fill_null("") != ""


def _left_out(n: int, why: str) -> str:
    return f"left out: {n:,} rows {why}" if n else ""
