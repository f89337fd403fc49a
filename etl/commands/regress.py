"""`emotape regress`: estimate, store, print."""

import click

from etl.commands.options import counting, home_option
from etl.errors import BadInput
from etl.settings import Home

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
    from etl.estimate import estimate_and_store
    from models.tables import regression_table, render
    from models.tagger import stored_name

    with counting(f"estimating {name}", "columns"):
        stored = estimate_and_store(home, name, stored_name(tagger_name))
    click.echo(render(regression_table(stored.models, stored.terms), "md"))
    for reason in stored.unestimated:
        click.echo(f"emotape: not estimated: {reason}", err=True)
    click.echo(f"stored in version {stored.version.number}")
    return len(stored.unestimated)
