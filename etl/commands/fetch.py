"""`emotape fetch`: public data from their own home, loaded and built, or measured on, in one command."""

import sys
from typing import TYPE_CHECKING

import click

from etl.commands.options import counting, home_option
from etl.errors import BadInput, EmotapeError
from etl.settings import Home

if TYPE_CHECKING:
    from etl.public.manifest import DataSet


@click.command(name="fetch")
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--list", "listed", is_flag=True, help="Show the data sets and do nothing.")
@click.option("--yes", "agreed", is_flag=True, help="Do not ask: for scripts. You accept the licence.")
@click.option("--download-only", is_flag=True, help="Neither load nor build, nor measure.")
@home_option
@click.pass_context
def command(
    ctx: click.Context, name: str | None, listed: bool, agreed: bool, download_only: bool, home: Home
) -> int:
    """Bring a public data set from its own home: stockemotions or emtract-sample.

    Shows what it is, from where, its size and its licence, and asks. Each file is checked against its
    size and SHA-256 before it takes its name below HOME/public/NAME; a download that was cut goes on
    where it ended. Then posts and prices are loaded and a version is built. Posts without a date cannot
    be placed in a session: they measure the tagger instead.

    A second run changes nothing.
    """
    from etl.public.manifest import read_manifest

    data_sets = read_manifest()
    if listed:
        for data_set in data_sets.values():
            click.echo(_describe(data_set))
        return 0
    if name not in data_sets:
        what = f"there is no data set '{name}'" if name else "a data set is needed"
        raise click.UsageError(f"{what}; expected one of: {', '.join(data_sets)}. See --list.")
    data_set = data_sets[name]
    if home.simulated.exists():
        raise BadInput(
            f"{home.path} holds a simulated market, and real posts are never mixed with one; name another "
            "folder with --home."
        )
    from etl.commands.fetched import load_and_build, measure
    from etl.refresh.lock import run_lock

    with run_lock(home, f"emotape fetch {name}"):
        _download(data_set, home, agreed)
        code = 0
        if not download_only and data_set.places(home, "posts", "prices"):
            code = load_and_build(data_set, home)
    if not download_only:
        measure(ctx, data_set, home)
    return code


def _describe(data_set: "DataSet") -> str:
    from etl.public.manifest import say_size

    return (
        f"{data_set.name}: {data_set.about}\n"
        f"  from     https://github.com/{data_set.repository} (commit {data_set.commit[:12]})\n"
        f"  size     {_count(len(data_set.files))}, {say_size(data_set.bytes)}\n"
        f"  licence  {data_set.licence}"
    )


def _download(data_set: "DataSet", home: Home, agreed: bool) -> None:
    """Bring what is not there, once a person has agreed."""
    from etl.clock import Clock
    from etl.configuration import read_settings
    from etl.public.download import fetch_files, missing_files
    from etl.public.manifest import say_size
    from etl.public.transfer import Origin

    settings, _ = read_settings(home)
    folder = data_set.folder(home)
    missing = missing_files(data_set, folder)
    if not missing:
        click.echo(f"{data_set.name}: all files are there and verified in {folder}")
        return
    click.echo(_describe(data_set))
    if len(missing) < len(data_set.files):
        click.echo(f"  missing  {len(missing)} of {_count(len(data_set.files))}")
    click.echo(f"  through  {settings.fetch.base_url}\n  to       {folder}")
    _agree(agreed)
    size = sum(file.bytes for file in missing)
    origin = Origin(settings.fetch.base_url, settings.fetch.timeout_seconds, Clock())
    with counting(f"fetching {data_set.name}", "bytes", size) as progress:
        fetch_files(data_set, missing, folder, origin, progress)
    click.echo(f"fetched: {_count(len(missing))}, {say_size(size)}, verified by SHA-256")


def _agree(agreed: bool) -> None:
    """Ask, unless it was agreed to beforehand.

    Raises
    ------
    EmotapeError
        Nobody can be asked, or the answer is no.
    """
    if agreed:
        return
    if sys.stdin is None or not sys.stdin.isatty():
        raise EmotapeError(
            "There is no terminal to ask on, and nothing was fetched; read the licence above, and say --yes "
            "if you accept it."
        )
    if not click.confirm("Fetch it under this licence?"):
        raise EmotapeError("Nothing was fetched, as you wished.")


def _count(files: int) -> str:
    return "1 file" if files == 1 else f"{files} files"
