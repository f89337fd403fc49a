"""`emotape load`: what is known of firms beside posts and prices, and series of the whole market."""

from collections.abc import Callable
from typing import TypeVar

import click

from etl.commands.loading import load_each
from etl.commands.options import home_option
from etl.settings import Home
from etl.sources.facts import OWNERSHIP, SHARES, SHORT_INTEREST, FactFile
from etl.sources.files import find_files
from etl.warehouse.load_reference import load_factors, load_facts, load_vix
from etl.warehouse.store import open_store

F = TypeVar("F", bound=Callable[..., object])


def _known_after_option(function: F) -> F:
    return click.option(
        "--known-after",
        type=click.IntRange(min=1),
        metavar="DAYS",
        help="For files that do not say when a row became known: calendar days after the day it describes.",
    )(function)


def _load(wanted: FactFile, paths: tuple[str, ...], known_after: int | None, home: Home) -> int:
    files = find_files(paths)
    with open_store(home) as store:
        return load_each(files, lambda file, progress: load_facts(store, wanted, file, known_after, progress))


@click.command(name="short-interest")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_known_after_option
@home_option
def short_interest(paths: tuple[str, ...], known_after: int | None, home: Home) -> int:
    """Load shares sold short: CSV, Parquet or JSON lines, one row a symbol and settlement day.

    Needed: symbol, settlement_date, shares_short, and the day of publication (published_on or
    snapshot_date) or --known-after (FINRA publishes about 8 business days after settlement: 14 is
    cautious). Used where there: public_float, shares_outstanding.
    """
    return _load(SHORT_INTEREST, paths, known_after, home)


@click.command(name="ownership")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_known_after_option
@home_option
def ownership(paths: tuple[str, ...], known_after: int | None, home: Home) -> int:
    """Load the share of a firm that institutions hold: one row a symbol and quarter's end.

    Needed: symbol, quarter_end, inst_own (a share of 1, not percent), and the day of publication
    (published_on or filing_date) or --known-after (form 13F is due 45 days after the quarter's end).
    """
    return _load(OWNERSHIP, paths, known_after, home)


@click.command(name="shares")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_known_after_option
@home_option
def shares(paths: tuple[str, ...], known_after: int | None, home: Home) -> int:
    """Load shares outstanding: one row a symbol and day, as counted on that day.

    Needed: symbol, as_of, shares_outstanding (not adjusted for later splits), and the day of
    publication (published_on or filing_date) or --known-after.
    """
    return _load(SHARES, paths, known_after, home)


@click.command(name="factors")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@home_option
def factors(paths: tuple[str, ...], home: Home) -> int:
    """Load Fama and French's three daily factors: the French library's CSV, in percent, as it is."""
    files = find_files(paths)
    with open_store(home) as store:
        return load_each(files, lambda file, progress: load_factors(store, file, progress))


@click.command(name="vix")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@home_option
def vix(paths: tuple[str, ...], home: Home) -> int:
    """Load the VIX: Cboe's CSV of days (DATE, OPEN, HIGH, LOW, CLOSE)."""
    files = find_files(paths)
    with open_store(home) as store:
        return load_each(files, lambda file, progress: load_vix(store, file, progress))


COMMANDS = (short_interest, ownership, shares, factors, vix)
