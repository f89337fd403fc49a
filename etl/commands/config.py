"""`emotape config`: the settings that count, and where each is from."""

import json
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from etl.commands.options import home_option
from etl.settings import Home

if TYPE_CHECKING:
    from etl.configuration import Effective

MOST_SYMBOLS = 20  # that are shown by name
WIDEST = 40  # of a column; what is longer pushes its line to the right


@click.command(name="config")
@click.option("--json", "as_json", is_flag=True, help="For programs: every setting, as one JSON object.")
@click.option(
    "--example", is_flag=True, help="Print a complete emotape.toml with what each setting is, and stop."
)
@home_option
def command(as_json: bool, example: bool, home: Home) -> None:
    """Show the settings that count, and where each is from.

    A setting is from emotape.toml in the home folder, or from a variable of the environment, which is
    shown by its name, or it stands at its default. Secrets are read from the environment alone, and only
    whether they are set is shown. To begin a file: emotape config --example > emotape.toml
    """
    if example:
        from etl.configuration.example import example_settings

        click.echo(example_settings(), nl=False)
        return
    from etl.configuration import read_settings
    from etl.configuration.names import check_names
    from etl.configuration.watchlist import choose_symbols

    settings, effective = read_settings(home)
    followed = choose_symbols(home, settings, (), None)
    check_names(settings)
    if as_json:
        click.echo(json.dumps(_describe(home, effective, followed), indent=2))
        return
    click.echo(f"home: {home.path}")
    there = "" if home.settings_file.exists() else " (not there: see `emotape config --example`)"
    click.echo(f"settings: {home.settings_file}{there}")
    click.echo(f"symbols: {_shorten(followed, settings.watchlist.trending)}")
    _print(effective)


def _describe(home: Home, effective: "list[Effective]", followed: list[str]) -> dict[str, Any]:
    from etl.configuration.reading import environment_name

    return {
        "home": str(home.path),
        "file": str(home.settings_file),
        "file_exists": home.settings_file.exists(),
        "symbols": followed,
        "settings": [{**asdict(each), "variable": environment_name(each.name)} for each in effective],
    }


def _shorten(followed: list[str], trending: bool) -> str:
    more = len(followed) - MOST_SYMBOLS
    shown = [*followed[:MOST_SYMBOLS], *([f"{more:,} more"] if more > 0 else [])]
    shown += ["what StockTwits calls trending"] if trending else []
    return ", ".join(shown) or "none; name them in [watchlist], or after `emotape refresh`"


def _print(effective: "list[Effective]") -> None:
    """Print a line a setting, in columns, under the name of its section."""
    from etl.configuration.values import as_toml

    rows = []
    for each in effective:
        section, _, name = each.name.rpartition(".")
        value = str(each.value) if each.secret else as_toml(each.value)
        rows.append((section, name, value, each.origin, each.words))
    widths = [min(max(len(row[column]) for row in rows), WIDEST) for column in (1, 2, 3)]
    for section, settings in groupby(rows, key=lambda row: row[0]):
        click.echo(f"\n[{section}]")
        for _, *cells, words in settings:
            columns = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
            click.echo(f"  {columns}  {words}")
