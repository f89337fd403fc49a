"""What a person sees of a run: a line while it works, then what came of it."""

import sys
from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import click

from etl.commands.troubles import gather
from etl.journal import Step
from etl.refresh.ran import Ran
from etl.refresh.recorder import NOT_DONE

# How the kinds of steps are summed up, in the order of the run.
INTAKE = {
    "posts": "newest posts",
    "older posts": "older posts",
    "prices": "prices",
    "figures": "figures of firms",
    "ipos": "public offerings",
    "inbox": "files of the inbox",
}
MOST_LINES = 40


class Progress:
    """A line that says what the run is doing, on a terminal; nothing elsewhere."""

    def __init__(self) -> None:
        self._status: Any = None

    def __enter__(self) -> "Progress":
        if sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status("beginning")
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def show(self, line: str) -> None:
        """Show what is being done now."""
        if self._status is not None:
            self._status.update(line)


def print_ran(ran: Ran) -> None:
    """Print what came of a run; what is missing goes to the error stream, as a table."""
    for step in ran.steps:
        if step.kind == "trending" and step.outcome == "done":
            click.echo(f"trending: {step.subject or 'no symbol'}")
    for kind, words in INTAKE.items():
        if steps := [step for step in ran.steps if step.kind == kind]:
            click.echo(f"{words}: {_sum_up(steps)}")
    for step in ran.steps:
        if step.kind in {"tag", "build", "regress"}:
            click.echo(f"{step.kind}{f' {step.subject}' if step.subject else ''}: {_say(step)}")
    click.echo(f"published: {_say_published(ran)}")
    if ran.not_done:
        click.echo(f"\n{_tabulate(ran.not_done)}\n", err=True)
    if ran.message:
        click.echo(f"emotape: run {ran.run_id} {ran.outcome}: {ran.message}", err=True)
    else:
        click.echo(f"run {ran.run_id}: done")


def _say_published(ran: Ran) -> str:
    if ran.version is not None:
        return f"version {ran.version}"
    outcomes = {step.kind: step.outcome for step in ran.steps}
    if outcomes.get("build", "stopped") in NOT_DONE or outcomes.get("publish") in NOT_DONE:
        return "nothing; readers keep the version before"
    return "nothing new"


def _sum_up(steps: Sequence[Step]) -> str:
    outcomes = Counter(step.outcome for step in steps)
    asked = ", ".join(f"{number:,} {outcome}" for outcome, number in outcomes.items())

    def total(name: str) -> int:
        return sum(getattr(step.counts, name) for step in steps)

    parts = [f"{total('rows_new'):,} new"]
    parts += [
        f"{total(f'rows_{name}'):,} {name}"
        for name in ("updated", "duplicate", "quarantined")
        if total(f"rows_{name}")
    ]
    number = total("requests")
    requests = f"{number:,} request{'s' if number > 1 else ''}" if number else "no request"
    retries = f" ({total('retries'):,} of them retries)" if total("retries") else ""
    return f"{', '.join(parts)} rows; {requests}{retries}; {asked}"


def _say(step: Step) -> str:
    what = (
        f"{step.counts.rows_new:,} posts" if step.kind == "tag" and step.outcome == "done" else step.outcome
    )
    return f"{what}: {step.reason}" if step.reason and step.outcome not in NOT_DONE else what


def _tabulate(steps: Sequence[Step]) -> str:
    """Write a table of what was not done."""
    troubles = gather((step.kind, step.source, step.subject, step.outcome, step.reason) for step in steps)
    lines = [("what", "of", "for", "outcome", "why")]
    lines += [(it.kind, it.source or "-", it.names() or "-", it.outcome, it.reason) for it in troubles]
    left_out = len(troubles) - MOST_LINES
    lines = lines[: MOST_LINES + 1]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    text = "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[4]]).rstrip()
        for line in lines
    )
    return text if left_out <= 0 else f"{text}\n... and {left_out:,} more rows: `emotape status --json`"
