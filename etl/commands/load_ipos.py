"""`emotape load ipos`: initial public offerings from files."""

import click

from etl.commands.loading import load_each
from etl.commands.options import home_option
from etl.settings import Home
from etl.sources.files import find_files
from etl.warehouse.load_ipos import load_ipos
from etl.warehouse.store import open_store


@click.command(name="ipos")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@home_option
def command(paths: tuple[str, ...], home: Home) -> int:
    """Load initial public offerings: CSV, Parquet or JSON lines, one row a firm.

    Needed: ticker and the day of the first trade (first_trade, ipo_date or listed_on). Used where
    there: offer_price and proceeds in dollars, founded (a year) or age, venture (1 or 0), industry, name.
    """
    files = find_files(paths)
    with open_store(home) as store:
        return load_each(files, lambda file, progress: load_ipos(store, file, progress))
