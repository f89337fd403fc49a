"""Reading the archive's values, each distinct text once, by the rules of all other sources."""

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl
import pyarrow as pa

from etl.sources.archive.filters import Filters
from etl.sources.fields import FieldError, clean_text, read_symbols, read_time

_TIMES: dict[str, pl.DataType | type[pl.DataType]] = {
    "text": pl.String,
    "created_at": pl.Datetime("us"),
    "created_on": pl.Date,
    "reason": pl.String,
}


def read_symbol_lists(texts: Sequence[str], filters: Filters) -> pl.DataFrame:
    """Read texts such as `['AAPL', 'BRK.B']`, and tell whether a post that names these is wanted."""
    symbols = [read_symbols(text) for text in texts]
    return pl.DataFrame(
        {
            "symbol_list": pl.Series(texts, dtype=pl.String),
            "symbols": pl.Series(symbols, dtype=pl.List(pl.String)),
            "is_wanted": pl.Series([filters.wants(named) for named in symbols], dtype=pl.Boolean),
        }
    )


def read_times(texts: Sequence[str]) -> pl.DataFrame:
    """Read texts of times: `text`, and `created_at` (UTC), `created_on` or the `reason` why there is none."""
    rows: list[tuple[str, datetime | None, date | None, str | None]] = []
    for text in texts:
        try:
            moment, day = read_time(text)
        except FieldError as error:
            rows.append((text, None, None, str(error)))
        else:
            rows.append((text, moment.replace(tzinfo=None) if moment else None, day, None))
    return pl.DataFrame(rows, schema=_TIMES, orient="row")


def clean_bodies(bodies: pa.ChunkedArray) -> pa.Array:
    """Decode the HTML entities of texts, as `clean_text` does."""
    return pa.array([clean_text(body, entities=True) for body in bodies.to_pylist()], type=pa.string())
