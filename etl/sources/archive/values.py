"""Reading the archive's values, each distinct text once, by the rules of all other sources."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import chain

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


def read_symbol_lists(texts: Sequence[str | None], filters: Filters) -> pl.DataFrame:
    """Read texts such as `['AAPL', 'BRK.B']`, and tell whether a post that names these is wanted."""
    symbols = [_read_symbols(text) for text in texts]
    return pl.DataFrame(
        {
            "symbol_list": pl.Series(texts, dtype=pl.String),
            "symbols": pl.Series(symbols, dtype=pl.List(pl.String)),
            "is_wanted": pl.Series([filters.wants(named) for named in symbols], dtype=pl.Boolean),
        }
    )


def _read_symbols(text: str | None) -> list[str]:
    # A comma parts symbols, so a text is read by its parts, of which there are far fewer than texts.
    return list(dict.fromkeys(chain.from_iterable(map(_read_part, (text or "").split(",")))))


@lru_cache(maxsize=100_000)
def _read_part(text: str) -> tuple[str, ...]:
    return tuple(read_symbols(text))


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
