"""`emotape schedule`: what starts the daily run, printed for this installation."""

from datetime import UTC, datetime
from pathlib import Path

import click

from etl.commands.options import home_option
from etl.settings import Home


@click.group(name="schedule")
def command() -> None:
    """Print what starts the daily run: a systemd timer, a cron line or a GitHub workflow.

    The hour is the settings' `schedule.time` in `schedule.zone`; `emotape config` shows them. Nothing is
    installed: what is printed says how.
    """


@command.command(name="systemd")
@click.option("--system", is_flag=True, help="Units of the system, run as the owner of the home.")
@click.option(
    "--write",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write both units into DIR instead of printing them.",
)
@click.option("--force", is_flag=True, help="With --write: overwrite units that have other content.")
@home_option
def systemd(system: bool, folder: Path | None, force: bool, home: Home) -> None:
    """Print a service and a timer, which also makes up for a time when the machine was off."""
    from etl.schedule.installation import find_installation
    from etl.schedule.systemd import SYSTEM_FOLDER, USER_FOLDER, write_units
    from etl.whole_files import write_all

    units = write_units(find_installation(home), system)
    if folder is not None:
        contents = {name: text.encode() for name, text in units.items()}
        for path in write_all(folder.expanduser(), contents, force):
            click.echo(f"wrote {path}")
        return
    for name, text in units.items():
        click.echo(f"# file: {SYSTEM_FOLDER if system else USER_FOLDER}/{name}\n{text}")


@command.command(name="cron")
@home_option
def cron(home: Home) -> None:
    """Print a line for crontab, right on every cron and through daylight saving."""
    from etl.schedule.cron import write_crontab
    from etl.schedule.installation import find_installation

    click.echo(write_crontab(find_installation(home), datetime.now().astimezone()), nl=False)


@command.command(name="github")
@home_option
def github(home: Home) -> None:
    """Print a workflow for GitHub Actions, in a private repository."""
    from etl.schedule.github import write_workflow
    from etl.schedule.installation import find_installation

    click.echo(write_workflow(find_installation(home)), nl=False)


@command.command(name="next")
@click.option("--epoch", is_flag=True, help="For scripts: seconds since 1970 alone.")
@home_option
def next_(epoch: bool, home: Home) -> None:
    """Print when the next run is due, in UTC and in seconds from now."""
    from etl.configuration import read_settings
    from etl.schedule.when import next_run

    settings, _ = read_settings(home)
    now = datetime.now(UTC)
    due = next_run(settings, now)
    if epoch:
        click.echo(int(due.timestamp()))
        return
    seconds = (due - now).total_seconds()
    click.echo(
        f"{due:%Y-%m-%d %H:%M} UTC, in {seconds:,.0f} seconds "
        f"({settings.schedule.time} in {settings.schedule.zone})"
    )
