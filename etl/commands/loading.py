"""What the commands of `emotape load` share: file by file, a line for each, an exit code."""

from collections.abc import Callable
from pathlib import Path

import click

from etl.commands.options import counting
from etl.errors import BadInput, EmotapeError
from etl.warehouse.load import LoadCount, Progress

EXIT_PARTIAL = 3


def load_each(files: list[Path], load: Callable[[Path, Progress], LoadCount]) -> int:
    """Load file by file and print a line for each; a file that cannot be read does not stop the others."""
    done: list[LoadCount] = []
    for file in files:
        try:
            with counting(file.name) as progress:
                count = load(file, progress)
        except BadInput as error:
            click.echo(f"emotape: {error}", err=True)
            continue
        done.append(count)
        click.echo(f"{file.name}: {describe(count)}")
    if len(files) > 1:
        total = LoadCount(
            *(sum(getattr(c, f) for c in done) for f in ("new", "updated", "unchanged", "quarantined"))
        )
        click.echo(f"{len(done)} of {len(files)} files: {describe(total)}")
    if not done:
        raise EmotapeError("No file could be loaded; what was stored before is unchanged.")
    return 0 if len(done) == len(files) else EXIT_PARTIAL


def describe(count: LoadCount) -> str:
    """Say what came of a file in one phrase."""
    parts = [f"{count.new:,} new"]
    if count.updated:
        parts.append(f"{count.updated:,} updated")
    parts.append(f"{count.unchanged:,} unchanged")
    if count.quarantined:
        parts.append(f"{count.quarantined:,} quarantined (see `emotape status`)")
    return ", ".join(parts)
