"""`emotape regress`: estimate, store, print."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.commands.options import counting, home_option
from etl.errors import BadInput, EmotapeError
from etl.settings import Home

if TYPE_CHECKING:
    from models.estimation import Family

EXIT_FAILED, EXIT_PARTIAL = 1, 3


@click.command(name="regress")
@click.argument("families", nargs=-1, metavar="[FAMILY...]")
@click.option("--all", "all_families", is_flag=True, help="Every family, one after the other.")
@click.option("--list", "list_families", is_flag=True, help="Say what each family asks, and stop.")
@click.option(
    "--specs",
    "specs_files",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Your own regressions, as docs/own-specs.md explains. May be given several times.",
)
@click.option(
    "--tagger",
    "tagger_names",
    multiple=True,
    default=("linear",),
    show_default=True,
    help="Whose emotions to regress on. May be given several times.",
)
@home_option
def command(
    families: tuple[str, ...],
    all_families: bool,
    list_families: bool,
    specs_files: tuple[Path, ...],
    tagger_names: tuple[str, ...],
    home: Home,
) -> int:
    """Estimate families of regressions on the published data, store and print them.

    Without FAMILY: predictive, the headline table. A family that cannot be estimated does not stop the
    others; exit 3 says that something is missing, and the messages say what.
    """
    from models.estimation import FAMILIES

    if list_families:
        for family in FAMILIES.values():
            click.echo(f"{family.name}: {family.explanation}")
        return 0
    unknown = [name for name in families if name not in FAMILIES]
    if unknown:
        raise BadInput(f"There is no family {', '.join(unknown)}; there are: {', '.join(FAMILIES)}.")
    own = _read_own(home, specs_files)
    named = list(FAMILIES) if all_families else list(families) or ([] if own else ["predictive"])
    chosen = [FAMILIES[name] for name in named] + own
    asked = [(family, tagger) for tagger in tagger_names for family in chosen]
    if len(asked) == 1:
        return EXIT_PARTIAL if regress_family(home, *asked[0]) else 0
    missing = sum(_try(home, family, tagger) for family, tagger in asked)
    click.echo(f"{len(asked) - missing} of {len(asked)} tables are stored in full")
    if missing == len(asked):
        return EXIT_FAILED
    return EXIT_PARTIAL if missing else 0


def regress_family(home: Home, family: "Family", tagger_name: str = "linear") -> int:
    """Estimate a family, store and print its table; return how many columns could not be estimated."""
    from etl.estimate import estimate_and_store
    from models.tables import regression_table, render
    from models.tagger import stored_name

    with counting(f"estimating {family.name}", "columns"):
        stored = estimate_and_store(home, family, stored_name(tagger_name))
    click.echo(render(regression_table(stored.models, stored.terms), "md"))
    for reason in stored.unestimated:
        click.echo(f"emotape: not estimated: {reason}", err=True)
    click.echo(f"stored in version {stored.version.number}")
    return len(stored.unestimated)


def _try(home: Home, family: "Family", tagger_name: str) -> bool:
    """Estimate a family among others; return whether something of it is missing."""
    try:
        return regress_family(home, family, tagger_name) > 0
    except EmotapeError as error:
        click.echo(f"emotape: {error}", err=True)
        return True


def _read_own(home: Home, files: tuple[Path, ...]) -> list["Family"]:
    if not files:
        return []
    from etl.own_specs import read_own_specs
    from etl.warehouse.published import open_published
    from models.estimation import FAMILIES

    with open_published(home) as published:
        columns = published.query("panel_columns").columns
    own = [read_own_specs(file, columns, FAMILIES) for file in files]
    names = [family.name for family in own]
    if twice := [name for name in names if names.count(name) > 1]:
        raise BadInput(f"Two of the files call their family {twice[0]}; each needs a name of its own.")
    return own
