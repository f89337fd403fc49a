"""The posts that the tagger is fitted on, from files of any of their forms."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from etl.errors import BadInput
from etl.score_file import read_columns
from etl.sources.files import format_suffix
from models.taxonomies import single_labels

TEXT_COLUMNS = ("body", "text", "original")
LABEL_COLUMNS = ("labels", "label", "emotion", "sentiment")
MIN_LABELLED = 100  # posts of a label; a rarer one says nothing of words


@dataclass
class Inputs:
    """What was read, for the model card: collection -> (posts, SHA-256)."""

    seen: dict[str, tuple[int, str]] = field(default_factory=dict)

    def note(self, file: Path, n_posts: int, role: str) -> None:
        """Add a file to its collection; the files of one folder, one a symbol, are one collection."""
        collection = f"{file.parent.name}/*" if file.name.endswith(".jsonl.gz") else file.name
        name = f"{collection} ({role})"
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if name in self.seen:
            known_posts, known = self.seen[name]
            n_posts, digest = n_posts + known_posts, hashlib.sha256((known + digest).encode()).hexdigest()
        self.seen[name] = n_posts, digest


def read_tagged(
    files: tuple[Path, ...], column: str, label: str, inputs: Inputs
) -> tuple[pl.Series, list[str]]:
    """Return texts and emotions of labelled files.

    Raises
    ------
    BadInput
        A file cannot be read or lacks a column.
    """
    frames = []
    for file in files:
        rows = read_columns(file, column, label).select(
            pl.col(column).cast(pl.String).alias("body"),
            pl.col(label).cast(pl.String).str.strip_chars().str.to_lowercase().alias("emotion"),
        )
        posts = rows.drop_nulls().collect()
        inputs.note(file, posts.height, "emotions")
        frames.append(posts)
    tagged = pl.concat(frames)
    return tagged["body"], tagged["emotion"].to_list()


def read_texts(files: list[Path], inputs: Inputs) -> pl.Series:
    """Return the distinct texts of files, in the order in which they stand."""
    texts = [pl.Series("body", [], dtype=pl.String)]
    for file in files:
        rows = read_columns(file)
        column = _column(file, rows, TEXT_COLUMNS, "texts")
        posts = rows.select(pl.col(column).cast(pl.String).alias("body")).drop_nulls().collect()["body"]
        inputs.note(file, len(posts), "texts")
        texts.append(posts)
    return pl.concat(texts).unique(maintain_order=True)


def read_related(files: list[Path], without: pl.Series, inputs: Inputs) -> list[tuple[pl.Series, list[str]]]:
    """Return texts and labels of posts that carry labels of other kinds, a pair a kind of label.

    StockTwits messages give Bullish and Bearish; tables give what their column of labels holds, where
    a post has one. Files whose labels are of the same kind are put together. The texts `without` are
    left out: held-out posts must not teach.
    """
    collected: dict[tuple[str, ...], list[pl.DataFrame]] = {}
    for file in files:
        rows = read_columns(file)
        text = _column(file, rows, TEXT_COLUMNS, "texts")
        if "entities" in rows.collect_schema().names():
            given = pl.col("entities").struct.field("sentiment").struct.field("basic")
            posts = rows.select(body=pl.col(text).cast(pl.String), label=given).collect()
        else:
            label = _column(file, rows, LABEL_COLUMNS, "labels")
            posts = rows.select(body=pl.col(text).cast(pl.String), label=pl.col(label)).collect()
            posts = posts.with_columns(label=single_labels(posts["label"]))
        posts = posts.drop_nulls().unique(maintain_order=True)
        inputs.note(file, posts.height, "its labels")
        collected.setdefault((format_suffix(file), *sorted(posts["label"].unique())), []).append(posts)
    related = []
    for frames in collected.values():
        posts = pl.concat(frames).filter(~pl.col("body").is_in(without.implode()))
        posts = posts.filter(pl.len().over("label") >= MIN_LABELLED)
        if posts["label"].n_unique() > 1:
            related.append((posts["body"], posts["label"].to_list()))
    return related


def _column(file: Path, rows: pl.LazyFrame, names: tuple[str, ...], what: str) -> str:
    present = rows.collect_schema().names()
    column = next((name for name in names if name in present), None)
    if column is None:
        raise BadInput(
            f"{file.name} has no column of {what}; expected one of {', '.join(names)}, "
            f"found {', '.join(present)}."
        )
    return column
