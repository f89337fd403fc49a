"""A large file's rows merged a part after the other, so that memory does not grow with their number."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from etl.sources.rows import RowBatch
from etl.warehouse.incoming import Progress, merge_incoming

if TYPE_CHECKING:
    from pyarrow import Table
    from pyarrow.parquet import ParquetWriter

PART_ROWS = 1_000_000  # rows that are merged at once: some 100 MB of memory


@dataclass
class Merged:
    """How many rows came, what they did to the table, and what was refused."""

    rows: int = 0
    new: int = 0
    updated: int = 0
    rejects: list[pl.DataFrame] = field(default_factory=list)


def merge_in_parts(
    store: duckdb.DuckDBPyConnection,
    kind: str,
    load_id: int,
    batches: Iterable[RowBatch],
    schema: Mapping[str, pl.DataType | type[pl.DataType]],
    progress: Progress,
) -> Merged:
    """Merge rows into `raw_<kind>` by `sql/load/merge_<kind>.sql`, within the caller's transaction.

    A part waits in a file: what a transaction has put into a table, or was given as a frame, DuckDB keeps
    until the transaction ends.
    """
    done = Merged()
    store.execute(f"drop table if exists temp.incoming_{kind}")
    with TemporaryDirectory(prefix="emotape-") as folder:
        waiting = Path(folder) / f"incoming_{kind}.parquet"
        quoted = str(waiting).replace("'", "''")
        for part in _divide(batches):
            with _open_writer(waiting, schema) as writer:
                for batch in part:
                    writer.write_table(_to_arrow(batch.rows.with_columns(load_id=pl.lit(load_id, pl.Int64))))
                    done.rows += batch.rows.height
                    done.rejects.append(batch.rejects)
                    progress(batch.rows.height + batch.rejects.height)
            store.execute(
                f"create or replace temp view incoming_{kind} as select * from read_parquet('{quoted}')"
            )
            new, updated = merge_incoming(store, f"merge_{kind}")
            done.new += new
            done.updated += updated
    store.execute(f"drop view if exists temp.incoming_{kind}")
    return done


def _open_writer(file: Path, schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> "ParquetWriter":
    from pyarrow.parquet import ParquetWriter

    empty = _to_arrow(pl.DataFrame(schema={**schema, "load_id": pl.Int64}))
    return ParquetWriter(file, empty.schema, compression="lz4")


def _to_arrow(rows: pl.DataFrame) -> "Table":
    naive = rows.with_columns(pl.selectors.datetime().dt.replace_time_zone(None))
    return naive.to_arrow(compat_level=pl.CompatLevel.oldest())


def _divide(batches: Iterable[RowBatch]) -> Iterator[Iterator[RowBatch]]:
    """Divide batches into parts of `PART_ROWS` rows or slightly more, each to be read before the next."""
    waiting = iter(batches)

    def part(first: RowBatch) -> Iterator[RowBatch]:
        rows = 0
        batch: RowBatch | None = first
        while batch is not None:
            yield batch
            rows += batch.rows.height
            batch = next(waiting, None) if rows < PART_ROWS else None

    while (first := next(waiting, None)) is not None:
        yield part(first)
