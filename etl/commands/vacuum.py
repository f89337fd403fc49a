"""`emotape vacuum`: let go of what is kept no longer, and give the space back."""

import click

from etl.commands.options import counting, home_option
from etl.settings import Home


@click.command(name="vacuum")
@click.option("--dry-run", is_flag=True, help="Change nothing; say what would go.")
@home_option
def command(dry_run: bool, home: Home) -> None:
    """Let go of what the settings in [retention] keep no longer, and give the space back.

    Original records of posts (what was read from them stays, and so does every number), refused rows,
    published versions, files in done/ and failed/, runs of the journal, and what killed runs left. Posts in
    segments are written anew, a file at a time, which needs room for one.
    """
    from etl.configuration import read_settings
    from etl.vacuum import vacuum

    settings, _ = read_settings(home)
    with counting("segments", unit="posts") as progress:
        gone = vacuum(home, settings.retention, dry_run=dry_run, progress=progress)
    verb = "would go" if dry_run else "gone"
    for part in gone:
        count = "" if part.count is None else f"{part.count:,} "
        size = "" if part.size is None else f" ({part.size / 2**20:,.1f} MiB)"
        click.echo(f"{verb}: {count}{part.what}{size}")
    if not gone:
        click.echo("nothing is kept longer than the settings say; see `emotape config`")
    elif dry_run:
        click.echo("nothing was changed; the space of rows that would go comes on top")
