"""`emotape status`: what is stored, how fresh it is, what ran, what was quarantined and why."""

import json
from typing import Any

import click

from etl.commands.options import home_option
from etl.settings import Home

LONGEST_LIST = 12
EXIT_STALE = 1


@click.command(name="status")
@click.option("--json", "as_json", is_flag=True, help="For monitors: everything, as one JSON object.")
@home_option
def command(as_json: bool, home: Home) -> int:
    """Show what is stored, how fresh it is, what ran last and comes next, what was quarantined and why.

    Exit code 1 says that a source is stale beyond its error age (`emotape config`, freshness), so that a
    monitor need read no further. It works while a refresh is running.
    """
    from etl.commands.status_operations import print_operations
    from etl.refresh.operations import read_operations
    from etl.warehouse.status import read_status

    status = read_status(home)
    operations = read_operations(home)
    code = EXIT_STALE if operations["is_stale"] else 0
    if as_json:
        click.echo(json.dumps({**status, "operations": operations}, default=str, indent=2))
        return code
    click.echo(f"home: {status['home']}")
    _print_store(status["store"])
    _print_published(status["published"])
    print_operations(operations)
    return code


def _print_store(store: dict[str, Any] | None) -> None:
    if store is None:
        click.echo("store: empty; load posts with `emotape load posts` (or try `emotape demo`)")
        return
    if "busy" in store:
        click.echo(f"store: {store['busy']}")
        return
    for source in store["sources"]:
        undated = f", {source['n_without_time']:,} with a date only" if source["n_without_time"] else ""
        click.echo(
            f"posts: {source['source']}: {source['n_posts']:,}, "
            f"{source['first_post_at']:%Y-%m-%d} to {source['last_post_at']:%Y-%m-%d %H:%M} UTC{undated}"
        )
    if segments := store["segments"]:
        click.echo(
            f"segments: {segments['n_posts']:,} of these posts in {segments['n_segments']:,} files, "
            f"{segments['n_files'] - segments['n_segments']:,} more with their scores and traits, "
            f"{segments['bytes'] / 2**20:,.1f} MiB"
        )
    prices = store["prices"]
    if prices["n_prices"]:
        click.echo(
            f"prices: {prices['n_prices']:,} of {prices['n_tickers']:,} symbols, "
            f"{prices['first_price']} to {prices['last_price']}"
        )
    for known in store["reference"]:
        _print_reference(known)
    for scores in store["scores"]:
        click.echo(f"scored: {scores['n_posts']:,} posts by {scores['tagger']} {scores['tagger_version']}")
    quarantine = store["quarantine"]
    if not quarantine:
        click.echo("quarantine: empty")
    for reason in quarantine[:LONGEST_LIST]:
        click.echo(
            f"quarantine: {reason['n_rows']:,} {reason['kind']}: {reason['reason']} "
            f"({reason['file']}, line {reason['first_line']})"
        )
    if len(quarantine) > LONGEST_LIST:
        click.echo(f"quarantine: {len(quarantine) - LONGEST_LIST:,} more reasons; all of them: --json")


def _print_reference(known: dict[str, Any]) -> None:
    if not known["n_rows"]:
        return
    rows = f"{known['n_rows']:,} days" if known["n_tickers"] is None else f"{known['n_rows']:,} rows"
    symbols = "" if known["n_tickers"] is None else f" of {known['n_tickers']:,} symbols"
    assumed = f", {known['n_assumed']:,} with an assumed day of publication" if known["n_assumed"] else ""
    click.echo(
        f"{known['kind']}: {rows}{symbols}, describing {known['first_day']} to {known['last_day']}{assumed}"
    )


def _print_published(published: dict[str, Any] | None) -> None:
    if published is None:
        click.echo("published: nothing yet; run `emotape build`")
        return
    simulated = ", all of it simulated" if published["simulated"] else ""
    click.echo(
        f"published: version {published['version']} of {published['built_at']:%Y-%m-%d %H:%M} UTC, "
        f"{published['n_posts']:,} posts, {published['n_prices']:,} prices{simulated}"
    )
    current = published["fingerprint"][:12]
    for result in published["results"]:
        stale = "" if result["data_version"] == current else "; older data: run `emotape regress` again"
        click.echo(
            f"results: {result['family']} ({result['tagger']}): {result['n_models']} columns, "
            f"estimated {result['estimated_at']:%Y-%m-%d %H:%M} UTC{stale}"
        )
    if not published["results"]:
        click.echo("results: none yet; run `emotape regress`")
