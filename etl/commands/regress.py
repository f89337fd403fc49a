"""`emotape regress`: estimate, store, print."""

from dataclasses import dataclass

import click
import polars as pl

from etl.commands.options import counting, home_option
from etl.errors import BadInput, EmotapeError
from etl.settings import Home
from etl.warehouse.published import open_published
from etl.warehouse.results import stamp, store_results
from etl.warehouse.versions import Version

EXIT_PARTIAL = 3


@click.command(name="regress")
@click.argument("families", nargs=-1, metavar="[FAMILY...]")
@click.option("--list", "list_families", is_flag=True, help="Say what each family asks, and stop.")
@click.option(
    "--tagger", "tagger_name", default="linear", show_default=True, help="Whose emotions to regress on."
)
@home_option
def command(families: tuple[str, ...], list_families: bool, tagger_name: str, home: Home) -> int:
    """Estimate families of regressions on the published panel, store and print them.

    Without FAMILY: predictive, the headline table.
    """
    from models.estimation import FAMILIES

    if list_families:
        for family in FAMILIES.values():
            click.echo(f"{family.name}: {family.explanation}")
        return 0
    unknown = [name for name in families if name not in FAMILIES]
    if unknown:
        raise BadInput(f"There is no family {', '.join(unknown)}; there are: {', '.join(FAMILIES)}.")
    unestimated = [regress_family(home, name, tagger_name) for name in families or ("predictive",)]
    return EXIT_PARTIAL if any(unestimated) else 0


def regress_family(home: Home, name: str, tagger_name: str = "linear") -> int:
    """Estimate a family, store and print its table; return how many columns could not be estimated."""
    from models.tables import regression_table, render

    with counting(f"estimating {name}", "columns"):
        stored = estimate_and_store(home, name, tagger_name)
    click.echo(render(regression_table(stored.models, stored.terms), "md"))
    for reason in stored.unestimated:
        click.echo(f"emotape: not estimated: {reason}", err=True)
    click.echo(f"stored in version {stored.version.number}")
    return len(stored.unestimated)


@dataclass(frozen=True)
class Stored:
    """What was estimated and stored: models, their terms, and why some columns are missing."""

    version: Version
    models: pl.DataFrame
    terms: pl.DataFrame
    unestimated: list[str]


def estimate_and_store(home: Home, name: str, tagger_name: str) -> Stored:
    """Estimate a family on the published panel and store what came of it.

    Raises
    ------
    EmotapeError
        The panel has no firm-day of this tagger, or no column can be estimated on it.
    """
    from models.estimation import FAMILIES, EstimationError, estimate_family

    with open_published(home) as published:
        panel = published.query("panel", tagger=tagger_name)
        if panel.is_empty():
            raise EmotapeError(
                f"The panel has no firm-day with a price and posts scored by '{tagger_name}': load posts and "
                "prices of the same symbols and days, then run `emotape build`."
            )
        try:
            estimated = estimate_family(FAMILIES[name], panel, tagger=tagger_name)
        except EstimationError as error:
            raise EmotapeError(f"{name} cannot be estimated: {error}") from error
        models = stamp(estimated.models(), published)
        terms = estimated.terms().join(
            models.select("column_no", "result_id"), on="column_no", how="inner", maintain_order="left"
        )
        version = store_results(home, published, models, terms)
    reasons = [f"{missing.spec.title}: {missing.reason}" for missing in estimated.unestimated]
    return Stored(version, models, terms, reasons)
