"""What comes in from outside: posts, prices, figures and offerings by network, and files by the inbox.

A source that refused this address, or whose allowance is spent, is not asked again in the run: its other
symbols are noted as skipped, with the reason.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import duckdb

from etl.errors import AllowanceSpent, SourceRefused
from etl.journal import Step
from etl.live.posts import PostStream
from etl.refresh.follow import Following, fill_gaps, follow_newest, has_open_gaps
from etl.refresh.recorder import Recorder
from etl.warehouse.load import LoadCount
from etl.warehouse.streams import read_followed

Report = Callable[[str], None]
NEVER = datetime.min.replace(tzinfo=UTC)


class Patient:
    """Asks a source for one symbol after the other until it will not be asked any more in this run."""

    def __init__(self, recorder: Recorder, kind: str, source: str) -> None:
        self.recorder, self.kind, self.source = recorder, kind, source
        self._closed: str | None = None

    @contextmanager
    def asking(self, subject: str) -> Iterator[Step | None]:
        """Give the step of a symbol, or None where the source is not to be asked any more."""
        if self._closed is not None:
            self.recorder.skip(self.kind, self.source, subject, self._closed)
            yield None
            return
        with self.recorder.step(self.kind, self.source, subject) as step:
            try:
                yield step
            except (SourceRefused, AllowanceSpent) as error:
                self._closed = str(error)
                raise


def ask_for_posts(
    store: duckdb.DuckDBPyConnection,
    streams: Sequence[PostStream],
    symbols: Sequence[str],
    since: datetime | None,
    recorder: Recorder,
    report: Report,
) -> None:
    """Ask every source for every symbol: first for what is newest of all, then for what is missing of each.

    Those that waited longest come first, so that a run that cannot ask for all starves none.
    """
    for stream in streams:
        ordered = sorted(symbols, key=lambda symbol: _checked_at(store, stream.name, symbol))
        newest = Patient(recorder, "posts", stream.name)
        for symbol in ordered:
            report(f"{stream.name}: newest posts of {symbol}")
            with newest.asking(symbol) as step:
                if step:
                    _follow(
                        stream, step, recorder, follow_newest, store, stream, symbol, since, recorder.clock
                    )
                    if step.outcome != "partial":
                        recorder.journal.note_success("posts", stream.name)
        older = Patient(recorder, "older posts", stream.name)
        for symbol in ordered:
            if has_open_gaps(store, stream.name, symbol):
                report(f"{stream.name}: older posts of {symbol}")
                with older.asking(symbol) as step:
                    if step:
                        _follow(stream, step, recorder, fill_gaps, store, stream, symbol, recorder.clock)


def _checked_at(store: duckdb.DuckDBPyConnection, source: str, symbol: str) -> datetime:
    followed = read_followed(store, source, symbol)
    return followed.checked_at if followed else NEVER


def _follow(
    stream: PostStream,
    step: Step,
    recorder: Recorder,
    follow: Callable[..., Following],
    *arguments: object,
) -> None:
    """Follow a symbol and count what came of it, whatever ends it."""
    requests, retries = stream.traffic.requests, stream.traffic.retries

    def on_page(count: LoadCount) -> None:
        add(step, count)
        recorder.log.event(
            "page_stored",
            source=stream.name,
            symbol=step.subject,
            new=count.new,
            quarantined=count.quarantined,
        )

    try:
        done = follow(*arguments, on_page)
    finally:
        step.counts.requests += stream.traffic.requests - requests
        step.counts.retries += stream.traffic.retries - retries
    if done.reasons:
        step.outcome, step.reason = "partial", " ".join(done.reasons)
    elif not step.counts.rows_new and not step.counts.rows_updated:
        step.outcome = "unchanged"


def add(step: Step, count: LoadCount) -> None:
    """Add what came of some rows to a step."""
    step.counts.rows_new += count.new
    step.counts.rows_updated += count.updated
    step.counts.rows_duplicate += count.unchanged
    step.counts.rows_quarantined += count.quarantined
