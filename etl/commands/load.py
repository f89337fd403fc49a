"""`emotape load`: posts, prices and what else is known, from files."""

import click

from etl.commands import load_archive, load_ipos, load_reference
from etl.commands.loading import load_each
from etl.commands.options import home_option
from etl.settings import Home
from etl.sources.files import find_files
from etl.warehouse.load import load_posts, load_prices
from etl.warehouse.store import open_store


@click.group(name="load")
def command() -> None:
    """Load posts, prices, and what else is known of firms and of the market, from files.

    Only posts and prices are needed. Figures of firms carry the day they became known: a regression on
    a day sees what was known before it.

    Loading the same file twice adds nothing. Rows that cannot be used are kept in the quarantine
    with their file, line and reason: see `emotape status`.
    """


command.add_command(load_archive.command)
command.add_command(load_ipos.command)
for known in load_reference.COMMANDS:
    command.add_command(known)


@command.command(name="posts")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["auto", "stocktwits", "table"]),
    default="auto",
    show_default=True,
    help="stocktwits: API messages; table: CSV, Parquet or JSON lines with a column each.",
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="What a table calls a field: --map body=original --map id=row. May be given several times.",
)
@click.option(
    "--symbol-column", metavar="COLUMN", help="The table's column of symbols: short for --map symbol=COLUMN."
)
@click.option(
    "--source", "source_name", metavar="NAME", help="What to call these posts; ids are unique within it."
)
@home_option
def posts(
    paths: tuple[str, ...],
    format_name: str,
    mapping: tuple[str, ...],
    symbol_column: str | None,
    source_name: str | None,
    home: Home,
) -> int:
    """Load posts: StockTwits API JSON (lines, arrays, envelopes), CSV, Parquet; .gz and .zst too."""
    from etl.sources.formats import choose_source

    columns = dict(_split_map(item) for item in mapping)
    if symbol_column:
        columns["symbol"] = symbol_column
    files = find_files(paths)
    with open_store(home) as store:
        return load_each(
            files,
            lambda file, progress: load_posts(
                store, choose_source(file, format_name, columns, source_name), file, progress
            ),
        )


@command.command(name="prices")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--symbol",
    metavar="S",
    help="Whose prices these are, where neither a column nor the file's name says so.",
)
@home_option
def prices(paths: tuple[str, ...], symbol: str | None, home: Home) -> int:
    """Load daily prices: tidy CSV or Parquet, or Yahoo's CSV a symbol (symbol from the file's name)."""
    from etl.sources.fields import canonical_symbol

    canonical = canonical_symbol(symbol) if symbol else None
    if symbol and canonical is None:
        raise click.BadParameter(f"{symbol!r} is no symbol.", param_hint="--symbol")
    files = find_files(paths)
    with open_store(home) as store:
        return load_each(files, lambda file, progress: load_prices(store, file, canonical, progress))


def _split_map(item: str) -> tuple[str, str]:
    field, equals, column = item.partition("=")
    if not (equals and field and column):
        raise click.BadParameter(
            f"{item!r} is not FIELD=COLUMN, for example body=original.", param_hint="--map"
        )
    return field, column
