"""`emotape export`: the stored tables as files."""

from pathlib import Path

import click

from etl.commands.options import home_option
from etl.errors import BadInput, EmotapeError
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
    for path in export_tables(home, folder, formats or FORMATS):
        click.echo(f"wrote {path}")


def export_tables(home: Home, folder: Path, formats: tuple[str, ...] = FORMATS) -> list[Path]:
    """Write every stored table in each format and return the files, each written whole or not at all.

    Raises
    ------
    EmotapeError
        Nothing was estimated yet.
    BadInput
        The folder cannot be written.
    """
    import polars as pl

    from etl.warehouse.published import open_published
    from etl.warehouse.results import read_results
    from models.tables import regression_table, render

    with open_published(home) as published:
        models, terms = read_results(published)
    if models.is_empty():
        raise EmotapeError("No table is stored yet: run `emotape regress` first.")
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for (family, tagger), group in models.group_by("family", "tagger", maintain_order=True):
            name = str(family) if tagger == "linear" else f"{family}-{tagger}"
            table = regression_table(
                group, terms.filter(pl.col("result_id").is_in(group["result_id"].implode()))
            )
            for format_name in formats:
                path = folder / f"{name}.{format_name}"
                unfinished = path.with_name(f".{path.name}.unfinished")
                unfinished.write_text(render(table, format_name), encoding="utf-8", newline="\n")
                unfinished.replace(path)
                written.append(path)
    except OSError as error:
        raise BadInput(f"{folder} cannot be written: {error.strerror}. Name another folder.") from error
    return written
