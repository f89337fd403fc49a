"""`emotape load`: posts and prices from files."""

from collections.abc import Callable
from pathlib import Path

import click

from etl.commands.options import counting, home_option
from etl.errors import BadInput, EmotapeError
from etl.settings import Home
from etl.sources.files import find_files
from etl.warehouse.load import LoadCount, Progress, load_posts, load_prices
from etl.warehouse.store import open_store

EXIT_FAILED, EXIT_PARTIAL = 1, 3


@click.group(name="load")
def command() -> None:
    """Load posts or prices from files.

    Loading the same file twice adds nothing. Rows that cannot be used are kept in the quarantine
    with their file, line and reason: see `emotape status`.
    """


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
        return _load_each(
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
        return _load_each(files, lambda file, progress: load_prices(store, file, canonical, progress))


def _split_map(item: str) -> tuple[str, str]:
    field, equals, column = item.partition("=")
    if not (equals and field and column):
        raise click.BadParameter(
            f"{item!r} is not FIELD=COLUMN, for example body=original.", param_hint="--map"
        )
    return field, column


def _load_each(files: list[Path], load: Callable[[Path, Progress], LoadCount]) -> int:
    """Load file by file and print a line for each; a file that cannot be read does not stop the others."""
    done: list[LoadCount] = []
    for file in files:
        try:
            with counting(file.name) as progress:
                count = load(file, progress)
        except BadInput as error:
            click.echo(f"emotape: {error}", err=True)
            continue
        done.append(count)
        click.echo(f"{file.name}: {describe(count)}")
    if len(files) > 1:
        total = LoadCount(
            *(sum(getattr(c, f) for c in done) for f in ("new", "updated", "unchanged", "quarantined"))
        )
        click.echo(f"{len(done)} of {len(files)} files: {describe(total)}")
    if not done:
        raise EmotapeError("No file could be loaded; what was stored before is unchanged.")
    return 0 if len(done) == len(files) else EXIT_PARTIAL


def describe(count: LoadCount) -> str:
    """Say what came of a file in one phrase."""
    parts = [f"{count.new:,} new"]
    if count.updated:
        parts.append(f"{count.updated:,} updated")
    parts.append(f"{count.unchanged:,} unchanged")
    if count.quarantined:
        parts.append(f"{count.quarantined:,} quarantined (see `emotape status`)")
    return ", ".join(parts)
