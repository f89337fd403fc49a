"""Options and printing that several commands share."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click

from etl.settings import Home, open_home

F = TypeVar("F", bound=Callable[..., object])


def _open(ctx: click.Context, parameter: click.Parameter, value: Path | None) -> Home:
    home = open_home(value)
    if home.restoring.exists():
        # A restore was cut off between its last moves: nothing of the home may be read before they are made.
        from etl.warehouse.handover import finish_interrupted

        finish_interrupted(home)
    return home


def home_option(function: F) -> F:
    """Add `--home`, which gives the command a `Home`."""
    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        callback=_open,
        help="Where the warehouse lives. Default: EMOTAPE_HOME, else the platform's user data folder.",
    )(function)


@contextmanager
def counting(what: str, unit: str = "rows", total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show progress: a bar or counter on a terminal, nothing between the plain lines elsewhere."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = [
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeElapsedColumn(),
    ]
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda step: progress.advance(task, step)
