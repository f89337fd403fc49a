"""`emotape load archive`: the public archive of StockTwits, 2008 to 2022."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.commands.loading import describe
from etl.commands.options import counting, home_option
from etl.settings import Home
from etl.warehouse.incoming import LoadCount
from etl.warehouse.store import open_store

if TYPE_CHECKING:
    from etl.warehouse.load_archive import ArchiveLoad

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(name="archive")
@click.argument("location", metavar="PATH_OR_S3_URL")
@click.option(
    "--symbols",
    "symbols_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep posts that name one of these symbols: one a line, or a CSV with a column symbol.",
)
@click.option("--from", "first_day", type=_DAY, metavar="DATE", help="Keep posts from this UTC day on.")
@click.option("--to", "last_day", type=_DAY, metavar="DATE", help="Keep posts up to this UTC day, included.")
@click.option(
    "--memory", metavar="SIZE", help="What DuckDB may use before it writes to disk.  [default: 2GB]"
)
@home_option
def command(
    location: str,
    symbols_file: Path | None,
    first_day: datetime | None,
    last_day: datetime | None,
    memory: str | None,
    home: Home,
) -> int:
    """Load the public archive of StockTwits posts, 2008 to 2022, from a folder or an S3 bucket.

    Expected are the folders feature_wo_messages/ (records) and messages/ (texts) of CSV files. It may be
    stopped at any moment: the same command goes on where it was.
    """
    from etl.sources.archive.filters import make_filters
    from etl.sources.archive.layout import REMOTE, find_local
    from etl.sources.archive.remote import find_remote
    from etl.warehouse.load_archive import ArchiveLoad

    filters = make_filters(
        home, symbols_file, first_day.date() if first_day else None, last_day.date() if last_day else None
    )
    with open_store(home) as store:
        archive = (
            find_remote(store, location)
            if location.startswith(REMOTE)
            else find_local(Path(location).expanduser().absolute())
        )
        load = ArchiveLoad(store, home, archive, filters, memory)
        if load.is_done:
            load.finish()
            click.echo(f"All {len(archive.texts)} files of texts were loaded before; nothing has changed.")
            return 0
        _load(load)
    return 0


def _load(load: "ArchiveLoad") -> None:
    unstaged = load.unstaged_records()
    with counting("records", "files", len(unstaged)) as progress:
        for file, staged in unstaged:
            load.stage(file, staged)
            progress(1)
    total = LoadCount(0, 0, 0, 0)
    unread = load.unread_texts()
    with counting("texts", "files", len(unread)) as progress:
        for file in unread:
            count = load.add(file)
            progress(1)
            total = _sum(total, count)
            click.echo(f"{file.name}: {describe(count)}")
    with counting("records without a text", "files") as progress:
        rest = load.finish(progress)
    if rest.quarantined:
        click.echo(f"Records that are no posts: {describe(rest)}")
    click.echo(f"{len(unread)} files of texts: {describe(_sum(total, rest))}")


def _sum(one: LoadCount, other: LoadCount) -> LoadCount:
    return LoadCount(*(getattr(one, field) + getattr(other, field) for field in vars(one)))
