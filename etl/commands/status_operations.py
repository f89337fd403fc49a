"""The part of `emotape status` that speaks of runs, freshness and what comes next."""

from typing import Any

import click

from etl.commands.troubles import gather

LONGEST_LIST = 12


def print_operations(operations: dict[str, Any]) -> None:
    """Print the last runs, what the newest did not do, how fresh sources are, and the next run."""
    if running := operations["running"]:
        click.echo(f"running: {_describe_holder(running)}")
    for run in operations["runs"]:
        click.echo(f"run {run['run_id']}: {_describe_run(run)}")
    _print_troubles(operations["troubles"])
    for breaker in operations["breakers"]:
        until = _minute(breaker["until"])
        click.echo(f"left alone: {breaker['source']} until {until} UTC: {breaker['reason']}")
    for source in operations["freshness"]:
        click.echo(f"freshness: {source['kind']} of {source['source']}: {_describe_age(source)}")
    if operations["next_run"] is not None:
        click.echo(f"next run: {operations['next_run']:%Y-%m-%d %H:%M} UTC, by the settings (schedule)")


def _describe_holder(running: dict[str, Any]) -> str:
    if "since" not in running:
        return str(running["what"])
    return f"{running['what']} since {_minute(running['since'])} UTC (process {running['pid']})"


def _describe_run(run: dict[str, Any]) -> str:
    ended = f" to {run['ended_at'][11:16]}" if run["ended_at"] else ""
    moved = [
        f"{run[f'rows_{name}']:,} {name}"
        for name in ("new", "updated", "duplicate", "quarantined")
        if run[f"rows_{name}"] or name == "new"
    ]
    published = f", published version {run['published_version']}" if run["published_version"] else ""
    message = f"; {run['message']}" if run["message"] else ""
    return (
        f"{_minute(run['started_at'])}{ended} UTC, {run['outcome']}: {', '.join(moved)} rows, "
        f"{run['requests']:,} requests ({run['retries']:,} retries){published}{message}"
    )


def _minute(moment: str) -> str:
    """Write a moment of the journal (ISO 8601, UTC) to the minute."""
    return moment[:16].replace("T", " ")


def _print_troubles(steps: list[dict[str, Any]]) -> None:
    names = ("kind", "source", "subject", "outcome", "reason")
    troubles = gather(tuple(step[name] for name in names) for step in steps)
    for it in troubles[:LONGEST_LIST]:
        what = f"{it.kind} of {it.source}" if it.source else it.kind
        named = f"{what}, {it.names()}" if it.names() else what
        click.echo(f"not done: {named}: {it.outcome}: {it.reason}")
    if len(troubles) > LONGEST_LIST:
        click.echo(f"not done: {len(troubles) - LONGEST_LIST:,} more reasons; all of them: --json")


def _describe_age(source: dict[str, Any]) -> str:
    if source["age_hours"] is None:
        if source["answered_at"] is None:
            return "never answered: run `emotape refresh`"
        return "it answered, and no price is published yet: run `emotape refresh`, which says why"
    if source["kind"] == "prices" and source["age_hours"] == 0:
        return f"{source['level']}, up to the last session"
    since = {
        "posts": "since it last answered",
        "prices": "since the close of the first session without a price",
    }[source["kind"]]
    return (
        f"{source['level']}, {source['age_hours']:,.1f} hours {since} "
        f"(late from {source['warn_hours']:g}, stale from {source['error_hours']:g})"
    )
