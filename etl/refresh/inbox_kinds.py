"""What a file of the inbox holds, and how it is loaded: by the functions of `emotape load`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl.errors import BadInput
from etl.refresh.inbox_files import KINDS, Dropped
from etl.sources import prices, table
from etl.sources.facts import OWNERSHIP, SHARES, SHORT_INTEREST, FactFile
from etl.sources.formats import choose_source
from etl.sources.rows import choose_columns, open_rows
from etl.sources.table import Table
from etl.warehouse.load import LoadCount, Progress, load_posts, load_prices
from etl.warehouse.load_ipos import load_ipos
from etl.warehouse.load_reference import load_factors, load_facts, load_vix

FOLDERS_TELL = (
    f"If it holds something else, put it into a folder of the inbox that says so: {', '.join(KINDS)}."
)
_QUOTES = ("open", "high", "low", "close")
Load = Callable[[duckdb.DuckDBPyConnection, Progress, str], LoadCount]


@dataclass(frozen=True)
class Reading:
    """How a file is read: what it holds, what its posts are called, and the function that loads it.

    `load` takes the store, what is called as rows are read, and the name by which the store knows the file.
    """

    kind: str
    source: str | None
    load: Load


def choose_reading(dropped: Dropped) -> Reading:
    """Decide how a file is read, by its folder or else by its content.

    Raises
    ------
    BadInput
        It cannot be opened, or its content is neither that of posts nor that of prices.
    """
    file = dropped.path
    kind = dropped.kind or _tell(file)
    if kind == "posts":
        posts = choose_source(file, "auto", {}, dropped.source)
        return Reading(
            kind,
            posts.name,
            lambda store, progress, name: load_posts(store, posts, file, progress, known_as=name),
        )
    return Reading(kind, None, _loaders(file)[kind])


def _tell(file: Path) -> str:
    """Tell posts from prices: messages of StockTwits, or a table with the columns of one or the other."""
    if not isinstance(choose_source(file, "auto", {}, None), Table):
        return "posts"
    with open_rows(file) as (present, _):
        quotes = {name: prices.COLUMN_NAMES[name] for name in _QUOTES}
        if len(choose_columns(file, present, quotes, _QUOTES)) == len(_QUOTES):
            return "prices"
        if choose_columns(file, present, {"body": table.COLUMN_NAMES["body"]}, ("body",)):
            return "posts"
    raise BadInput(
        f"{file.name} has neither a text, as posts have, nor open, high, low and close; it has: "
        f"{', '.join(present)}. {FOLDERS_TELL}"
    )


def _loaders(file: Path) -> dict[str, Load]:
    def load_figures(wanted: FactFile) -> Load:
        # Nobody is there to say --known-after: the file must say when its figures became known.
        return lambda store, progress, name: load_facts(store, wanted, file, None, progress, known_as=name)

    return {
        **{wanted.kind: load_figures(wanted) for wanted in (SHORT_INTEREST, OWNERSHIP, SHARES)},
        "prices": lambda store, progress, name: load_prices(store, file, None, progress, known_as=name),
        "ipos": lambda store, progress, name: load_ipos(store, file, progress, known_as=name),
        "factors": lambda store, progress, name: load_factors(store, file, progress, known_as=name),
        "vix": lambda store, progress, name: load_vix(store, file, progress, known_as=name),
    }
