"""`emotape refresh`: the daily run."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.clock import Clock
from etl.commands.options import home_option
from etl.errors import BadInput
from etl.settings import Home

if TYPE_CHECKING:
    from etl.refresh.ran import Ran

EXITS = {"done": 0, "failed": 1, "partial": 3, "stopped": 3}


@click.command(name="refresh")
@click.argument("symbols", nargs=-1, metavar="[SYMBOLS...]")
@click.option(
    "--watchlist",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A file of symbols, one a line, in place of the watchlist of the settings.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="How far back posts are wanted (UTC). Default: each source's backfill_days, for new symbols.",
)
@home_option
def command(symbols: tuple[str, ...], watchlist: Path | None, since: datetime | None, home: Home) -> int:
    """Fetch, load, tag, build, check, regress and publish what is new, and say what happened.

    Meant to run every day with nobody watching (`emotape schedule` prints a timer): what fails is noted
    and stops nothing else, what is committed stays, and the next run goes on wherever this one ended.
    Symbols come from the command line, or else from the watchlist of the settings (`emotape config`).
    Without any, files of the inbox are still loaded and built.

    Exit codes: 0 all done; 3 done in part, with a table of what is missing and why; 1 failed.
    """
    from etl.commands.refresh_display import Progress, print_ran
    from etl.configuration import read_settings
    from etl.configuration.names import check_names
    from etl.configuration.watchlist import choose_symbols
    from etl.refresh.run import Order, refresh

    settings, _ = read_settings(home)
    check_names(settings)
    if since is not None and (since := since.replace(tzinfo=UTC)) > Clock().now():
        raise BadInput(f"--since {since:%Y-%m-%d} is still to come; expected a day that has begun (UTC).")
    chosen = choose_symbols(home, settings, symbols, watchlist)
    follows = bool(chosen) or settings.watchlist.trending
    if follows and home.simulated.exists():
        raise BadInput(
            f"{home.path} holds a simulated market, and real posts are never mixed with it; name another "
            "folder with --home."
        )
    if not follows:
        click.echo(
            "No symbol is followed, so no source is asked: name some (`emotape refresh AAPL MSFT`), or write "
            f"them in {home.settings_file} (`emotape config --example` shows how)."
        )
    order = Order(chosen, since)
    with Progress() as progress:
        ran: Ran = refresh(home, settings, order, report=progress.show)
    print_ran(ran)
    return EXITS[ran.outcome]
