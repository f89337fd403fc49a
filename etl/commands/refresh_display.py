"""What a person sees of a run: a line while it works, then what came of it."""

import sys
from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import click

from etl.journal import Step
from etl.refresh.recorder import NOT_DONE
from etl.refresh.run import Ran

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
    for kind, words in INTAKE.items():
        if steps := [step for step in ran.steps if step.kind == kind]:
            click.echo(f"{words}: {_sum_up(steps)}")
    for step in ran.steps:
        if step.kind in {"tag", "build", "regress"}:
            click.echo(f"{step.kind}{f' {step.subject}' if step.subject else ''}: {_say(step)}")
    if ran.version is None:
        click.echo("published: nothing new")
    else:
        click.echo(f"published: version {ran.version}")
    wrong = [step for step in ran.steps if step.outcome in NOT_DONE]
    if wrong:
        click.echo(f"\n{_tabulate(wrong)}\n", err=True)
    if ran.message:
        click.echo(f"emotape: run {ran.run_id} {ran.outcome}: {ran.message}", err=True)
    else:
        click.echo(f"run {ran.run_id}: done")


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
    requests = f"{total('requests'):,} requests" if total("requests") else "no request"
    retries = f" ({total('retries'):,} of them retries)" if total("retries") else ""
    return f"{', '.join(parts)} rows; {requests}{retries}; {asked}"


def _say(step: Step) -> str:
    what = (
        f"{step.counts.rows_new:,} posts" if step.kind == "tag" and step.outcome == "done" else step.outcome
    )
    return f"{what}: {step.reason}" if step.reason and step.outcome not in NOT_DONE else what


def _tabulate(steps: Sequence[Step]) -> str:
    """Write a table of what was not done: steps with one reason stand in one row."""
    rows: dict[tuple[str, str, str, str], list[str]] = {}
    for step in steps:
        key = (step.kind, step.source, step.outcome, step.reason or "")
        rows.setdefault(key, []).append(step.subject)
    lines = [("what", "of", "for", "outcome", "why")]
    for (kind, source, outcome, reason), subjects in rows.items():
        named = [subject for subject in subjects if subject]
        more = f" and {len(named) - 5:,} more" if len(named) > 5 else ""
        lines.append((kind, source or "-", ", ".join(named[:5]) + more or "-", outcome, reason))
    left_out = len(lines) - 1 - MOST_LINES
    lines = lines[: MOST_LINES + 1]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    text = "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[4]]).rstrip()
        for line in lines
    )
    return text if left_out <= 0 else f"{text}\n... and {left_out:,} more rows: `emotape status --json`"
