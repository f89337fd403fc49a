"""`emotape restore`: a warehouse back from a file of `emotape backup`."""

from contextlib import ExitStack
from pathlib import Path

import click

from etl.commands.options import counting, home_option
from etl.settings import Home


@click.command(name="restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--force", is_flag=True, help="Move what the home has aside first, to before-restore-<time> in it."
)
@home_option
def command(file: Path, force: bool, home: Home) -> None:
    """Bring a warehouse back from FILE, which `emotape backup` wrote.

    Every file is checked before anything changes. The home must be empty, or --force said: then its store,
    segments, published versions, journal and settings are moved aside and never deleted. Other files stay.
    """
    from etl.archive import restore_home

    with ExitStack() as stack:
        restored = restore_home(
            home,
            file,
            force=force,
            start=lambda manifest: stack.enter_context(counting(file.name, "bytes", manifest.size)),
        )
    manifest = restored.manifest
    click.echo(
        f"{home.path}: {len(manifest.files)} files and {manifest.n_rows:,} rows as of {manifest.made_at}, "
        "checked"
    )
    if restored.aside:
        click.echo(f"what was there before is in {restored.aside}")
