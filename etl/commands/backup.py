"""`emotape backup`: the whole warehouse as one checked file."""

from pathlib import Path

import click

from etl.commands.options import counting, home_option
from etl.settings import Home


@click.command(name="backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@home_option
def command(file: Path, force: bool, home: Home) -> None:
    """Write the whole warehouse into FILE, a tar packed by Zstandard (.tar.zst).

    It holds the store with its segments, the published version, the journal of runs and the settings, and
    never a secret. It is read back and checked before it takes its name. Commands that write have to wait
    meanwhile.
    """
    from etl.archive import write_archive

    with counting(file.name, unit="bytes") as progress:
        manifest = write_archive(home, file, force=force, progress=progress)
    version = f"version {manifest.published}" if manifest.published else "nothing published"
    click.echo(
        f"{file}: {file.stat().st_size:,} bytes, {len(manifest.files)} files, {manifest.n_rows:,} rows, "
        f"{version}; read back and checked"
    )
