"""Files of posts scored as a stream: the columns of the input, then the scores."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, cast

import polars as pl

from etl.errors import BadInput
from etl.explained import EXPLANATION, explainable, explanations
from etl.sources.files import COMPRESSED, format_suffix
from etl.whole_files import writing
from models.tagger import SCORES, Tagger, as_texts, score

BATCH_POSTS = 50_000
INPUT = "_input"  # ends the name of an input's column that is called like a score
READERS: dict[str, Callable[[Path], pl.LazyFrame]] = {
    # All columns of a CSV pass through as they stand: nothing is read as a number or a date.
    ".csv": lambda path: pl.scan_csv(path, infer_schema=False),
    ".parquet": pl.scan_parquet,
    ".jsonl": lambda path: pl.scan_ndjson(path, infer_schema_length=10_000),
    ".ndjson": lambda path: pl.scan_ndjson(path, infer_schema_length=10_000),
}
WRITTEN = (".csv", ".parquet", ".jsonl", ".ndjson")
Write = Callable[[pl.DataFrame], None]


def read_columns(path: Path, *wanted: str) -> pl.LazyFrame:
    """Return a file's rows, unread, once it is sure that the wanted columns are there.

    Raises
    ------
    BadInput
        The file is not there, is of no format that is read, cannot be read, or lacks a column.
    """
    suffix = format_suffix(path)
    if suffix not in READERS:
        raise BadInput(
            f"{path.name} ends in '{suffix}'; expected one of {', '.join(READERS)} (or with .gz, .zst)."
        )
    if not path.is_file():
        raise BadInput(f"There is no file {path}.")
    try:
        rows = READERS[suffix](path)
        present = rows.collect_schema().names()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadInput(f"{path} cannot be read as {suffix[1:]}: {_first_line(error)}.") from error
    for column in wanted:
        if column not in present:
            raise BadInput(
                f"{path.name} has no column '{column}'; it has: {', '.join(present)}. Name it by an option."
            )
    return rows


def score_file(
    tagger: Tagger,
    source: Path,
    target: Path | None,
    column: str = "body",
    progress: Callable[[int], None] = lambda posts: None,
    explained: bool = False,
    say: Callable[[str], None] = lambda sentence: None,
) -> int:
    """Score the posts of a file, batch by batch, and return how many there were.

    Parameters
    ----------
    source
        CSV, Parquet or JSON lines; memory does not grow with its length.
    target
        Where input and scores are written, the format told by its ending; it appears when it is
        whole. None writes CSV to standard output.
    column
        The column that holds the text.
    explained
        Add the column `explanation`: see `etl.explained.explanations`.
    say
        Is told where a column of the input was renamed.

    Raises
    ------
    BadInput
        The input cannot be read or lacks the column; or the output cannot be written; or the tagger
        cannot explain.
    """
    rows = read_columns(source, column)
    added = (*SCORES, EXPLANATION) if explained else SCORES
    renamed = _make_room(rows.collect_schema().names(), added, source)
    if renamed:
        rows, column = rows.rename(renamed), renamed.get(column, column)
        kept = ", ".join(f"{old} is {new}" for old, new in renamed.items())
        say(f"{source.name} has columns called like the scores; in the output {kept}.")
    scored = 0
    try:
        with _writer(target) as write:
            for posts in rows.collect_batches(chunk_size=BATCH_POSTS, maintain_order=True):
                write(posts.hstack(_score(tagger, posts[column].cast(pl.String), explained)))
                scored += posts.height
                progress(posts.height)
    except pl.exceptions.PolarsError as error:
        raise BadInput(
            f"{source} cannot be read to its end: {_first_line(error)}. Nothing was written."
        ) from error
    return scored


def _make_room(present: Sequence[str], added: Sequence[str], source: Path) -> dict[str, str]:
    """Return new names for the input's columns that are called like the scores."""
    renamed = {name: f"{name}{INPUT}" for name in present if name in added}
    if twice := [new for new in renamed.values() if new in present]:
        raise BadInput(
            f"{source.name} has columns called like the scores, and also {', '.join(twice)}; "
            "rename them first."
        )
    return renamed


def score_texts(tagger: Tagger, texts: Iterable[str], target: Path | None, explained: bool = False) -> int:
    """Score texts as they come, a row a text (`body`, then the scores), and return how many there were.

    Raises
    ------
    BadInput
        The output cannot be written, or the tagger cannot explain.
    """
    scored, left = 0, iter(texts)
    with _writer(target) as write:
        # The first batch is written even where it is empty: a table without rows has columns.
        for some in chain([list(islice(left, BATCH_POSTS))], _batches(left)):
            posts = as_texts(some).alias("body")
            write(posts.to_frame().hstack(_score(tagger, posts, explained)))
            scored += len(posts)
    return scored


def _batches(texts: Iterator[str]) -> Iterator[list[str]]:
    while some := list(islice(texts, BATCH_POSTS)):
        yield some


def _score(tagger: Tagger, texts: pl.Series, explained: bool) -> pl.DataFrame:
    scores = score(tagger, texts)
    if not explained:
        return scores
    return scores.with_columns(explanations(explainable(tagger), texts, scores["emotion"]))


@contextmanager
def _writer(target: Path | None) -> Iterator[Write]:
    """Give a function that appends frames; the file takes its name when all is written."""
    if target is None:
        yield _appender(".csv", cast("IO[bytes]", sys.stdout.buffer))[0]
        return
    suffix = target.suffix.lower()
    if suffix not in WRITTEN:
        packed = " uncompressed" if suffix in COMPRESSED else ""
        raise BadInput(f"The output {target.name} ends in '{suffix}'; expected{packed} {', '.join(WRITTEN)}.")
    with writing(target) as stream:
        write, close = _appender(suffix, stream)
        yield write
        close()


def _appender(suffix: str, stream: IO[bytes]) -> tuple[Write, Callable[[], None]]:
    if suffix == ".parquet":
        return _parquet_appender(stream)
    started = False

    def write(frame: pl.DataFrame) -> None:
        nonlocal started
        if suffix == ".csv":
            frame.write_csv(stream, include_header=not started)
        else:
            frame.write_ndjson(stream)
        started = True

    return write, lambda: None


def _parquet_appender(stream: IO[bytes]) -> tuple[Write, Callable[[], None]]:
    import pyarrow.parquet

    writer: Any = None

    def write(frame: pl.DataFrame) -> None:
        nonlocal writer
        table = frame.to_arrow()
        if writer is None:
            writer = pyarrow.parquet.ParquetWriter(stream, table.schema, compression="zstd")
        writer.write_table(table)

    return write, lambda: writer.close() if writer is not None else None


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0].rstrip(".")
