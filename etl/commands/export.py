"""`emotape export`: the stored tables as files."""

from pathlib import Path

import click

from etl.commands.options import home_option
from etl.settings import Home

FORMATS = ("md", "csv", "tex")


@click.command(name="export")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--format",
    "formats",
    type=click.Choice(FORMATS),
    multiple=True,
    help="May be given several times. Default: all.",
)
@home_option
def command(folder: Path, formats: tuple[str, ...], home: Home) -> None:
    """Write the stored tables into DIR, a file a table and format."""
    from etl.export import export_tables

    for path in export_tables(home, folder, formats or FORMATS):
        click.echo(f"wrote {path}")
