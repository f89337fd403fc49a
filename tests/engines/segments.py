"""Segments of posts, written by us: English, emoji, other scripts, nothing at all."""

from pathlib import Path

import polars as pl

from etl.engines import Task

BODIES = (
    "$TSLA to the moon 🚀🚀 love it",
    "sold everything, so sad 😢",
    "never buying $AAPL again, disgusting management",
    "earnings beat estimates, revenue up 12 % https://example.org/a",
    "RT @someone: $F recall, 40,000 cars",
    "¿quién compra hoy?",
    "مرحبا",
    "",
    "🤮",
    "not scared of this dip, lmaooooo",
    "don't panic! whoaaa what a surprise :-)",
)


def posts(n: int, first: int = 0) -> pl.DataFrame:
    """Posts of which no two are alike, with the columns of a segment that matter here and two others."""
    number = pl.int_range(first, first + n, eager=True)
    bodies = [f"{BODIES[k % len(BODIES)]} {'up' * (k % 7)} x{k % 1_009}" for k in number]
    frame = pl.DataFrame(
        {"post_id": number.cast(pl.String), "body": bodies, "body_hash": number.cast(pl.UInt64) + 2**63}
    )
    return frame.with_columns(
        source=pl.lit("ours"),
        symbols=pl.lit(["TSLA"]),
        is_reshare=pl.when(number % 3 == 1).then(pl.lit(True)).when(number % 3 == 2).then(pl.lit(False)),
        body=pl.when(number % len(BODIES) == 7).then(pl.lit("")).otherwise(pl.col("body")),
        raw=pl.lit("{}"),
    )


def make_tasks(folder: Path, *sizes: int, targets: str = "targets", row_group: int = 1_000) -> list[Task]:
    """Write a segment of each size into a folder and return the tasks of them."""
    (folder / targets).mkdir(exist_ok=True)
    tasks, first = [], 0
    for n, size in enumerate(sizes):
        source = folder / f"{n:06}.parquet"
        if not source.exists():
            posts(size, first).write_parquet(source, row_group_size=row_group)
        tasks.append(Task(source, folder / targets / f"{n:06}.derived.parquet", size))
        first += size
    return tasks


def contents(tasks: list[Task]) -> list[bytes]:
    """Return the targets, byte by byte."""
    return [task.target.read_bytes() for task in tasks]
