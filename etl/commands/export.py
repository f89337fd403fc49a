"""`emotape export`: the stored tables and figures as files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.commands.options import home_option
from etl.export import FORMATS
from etl.figures import FORMATS as FIGURE_FORMATS
from etl.settings import Home

if TYPE_CHECKING:
    from models.tables.style import Below

NO_FIGURES = "none"


@click.command(name="export")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--format",
    "formats",
    type=click.Choice(FORMATS),
    multiple=True,
    help="Of the tables; may be given several times. Default: all. xlsx is one workbook of all tables.",
)
@click.option(
    "--figures",
    type=click.Choice((*FIGURE_FORMATS, NO_FIGURES)),
    multiple=True,
    help="Draw the figures too, in this format; may be given several times. Needs Chromium.",
)
@click.option(
    "--style",
    type=click.Choice(("plain", "aer", "jf")),
    default="plain",
    show_default=True,
    help="aer: no stars, standard errors; jf: stars, t statistics.",
)
@click.option("--stars/--no-stars", default=None, help="Default: as the style has it.")
@click.option(
    "--below",
    type=click.Choice(("se", "t", "interval")),
    help="What stands under an estimate. Default: as the style has it.",
)
@click.option("--digits", type=click.IntRange(1, 12), help="Significant digits. Default: 3.")
@click.option(
    "--bundle",
    is_flag=True,
    help="A folder to cite and rebuild: tables, figures (png and pdf unless --figures says other, or none), "
    "specs, results, hashes, commands.",
)
@click.option("--force", is_flag=True, help="Overwrite files that have other content.")
@home_option
def command(
    folder: Path,
    formats: tuple[str, ...],
    figures: tuple[str, ...],
    style: str,
    stars: bool | None,
    below: "Below | None",
    digits: int | None,
    bundle: bool,
    force: bool,
    home: Home,
) -> None:
    """Write the stored tables into DIR, a file a table and format.

    Files that are there with the same content stay; others are never overwritten without --force.
    """
    from etl.bundle import write_bundle
    from etl.export import Choice, export_tables

    drawn = figures or (("png", "pdf") if bundle else ())
    drawn = () if NO_FIGURES in drawn else drawn
    choice = Choice(formats or FORMATS, drawn, style, stars, below, digits)
    write = write_bundle if bundle else export_tables
    for path in write(home, folder, choice, force):
        click.echo(f"wrote {path}")
