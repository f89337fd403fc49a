"""What comes in from outside: posts, prices, figures and offerings by network, and files by the inbox.

A source that refused this address, or whose allowance is spent, is not asked again in the run: its other
symbols are noted as failed, with the reason.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import duckdb

from etl.configuration.sections import Inbox
from etl.errors import AllowanceSpent, SourceFailed, SourceRefused, UnknownSymbol
from etl.journal import Step
from etl.live.posts import PostStream
from etl.live.yahoo import Yahoo
from etl.refresh.follow import Following, fill_gaps, follow_newest, has_open_gaps
from etl.refresh.inbox import take_one
from etl.refresh.inbox_files import find_dropped
from etl.refresh.outcome import Refreshed
from etl.refresh.recorder import Recorder
from etl.refresh.yahoo_facts import refresh_facts
from etl.refresh.yahoo_offerings import refresh_ipos
from etl.refresh.yahoo_prices import refresh_prices
from etl.settings import Home
from etl.warehouse.load import LoadCount

Report = Callable[[str], None]
MOST_FAILURES = 3


class Patient:
    """Asks a source for one symbol after the other until it is not to be asked any more in this run.

    That is so when it refused this address or its allowance is spent, and when it failed for several symbols
    in a row: each further one would take as long, for nothing.
    """

    def __init__(self, recorder: Recorder, source: str) -> None:
        self.recorder, self.source = recorder, source
        self._closed: str | None = None
        self._failures = 0

    @contextmanager
    def asking(self, kind: str, subject: str) -> Iterator[Step | None]:
        """Give the step of a symbol, or None where the source is not to be asked any more.

        Raises
        ------
        Stopped
            Somebody asked the run to stop, while the symbol was asked for or before.
        """
        self.recorder.clock.check()
        if self._closed is not None:
            # No word from it is a failure like any other: the table of what is missing must name it.
            with self.recorder.step(kind, self.source, subject) as step:
                step.outcome, step.reason = "failed", f"Not asked for: {self._closed}"
            yield None
            return
        with self.recorder.step(kind, self.source, subject) as step:
            try:
                yield step
                self._failures = 0
            except UnknownSymbol:
                self._failures = 0
                raise
            except SourceFailed as error:
                self._failures += 1
                if isinstance(error, SourceRefused | AllowanceSpent):
                    self._closed = str(error)
                elif self._failures >= MOST_FAILURES:
                    self._closed = f"{self.source} failed for {self._failures} symbols in a row: {error}"
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
        patient = Patient(recorder, stream.name)
        for symbol in _in_turn(symbols, "posts", stream.name, recorder):
            report(f"{stream.name}: newest posts of {symbol}")
            with patient.asking("posts", symbol) as step:
                if step:
                    _follow(
                        stream, step, recorder, follow_newest, store, stream, symbol, since, recorder.clock
                    )
                    if step.outcome != "partial":
                        recorder.journal.note_success("posts", stream.name)
        for symbol in _in_turn(symbols, "older posts", stream.name, recorder):
            if has_open_gaps(store, stream.name, symbol):
                report(f"{stream.name}: older posts of {symbol}")
                with patient.asking("older posts", symbol) as step:
                    if step:
                        _follow(stream, step, recorder, fill_gaps, store, stream, symbol, recorder.clock)


def _in_turn(symbols: Sequence[str], kind: str, source: str, recorder: Recorder) -> list[str]:
    """Order symbols by when they were last asked for: some that always fail must not keep others waiting."""
    asked = {
        row["subject"]: row["step_id"]
        for row in recorder.journal.read("last_asked", kind=kind, source=source)
    }
    return sorted(symbols, key=lambda symbol: asked.get(symbol, 0))


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


def ask_yahoo(
    store: duckdb.DuckDBPyConnection,
    yahoo: Yahoo,
    symbols: Sequence[str],
    recorder: Recorder,
    report: Report,
) -> None:
    """Ask Yahoo for prices and figures of every symbol and for the calendar of offerings, as settings say.

    What is not asked because nothing is missing counts as an answer: the stored prices are up to date.
    """
    if yahoo.settings.prices:
        _ask_for_each(store, yahoo, "prices", refresh_prices, symbols, recorder, report)
    if yahoo.settings.facts:
        _ask_for_each(store, yahoo, "figures", refresh_facts, symbols, recorder, report)
    # The calendar is of use to who follows nobody yet, but a home that only takes files asks nobody.
    if yahoo.settings.ipos and symbols:
        report("Yahoo: public offerings")
        with recorder.step("ipos", yahoo.name) as step:
            _take(yahoo, step, recorder, refresh_ipos, store, yahoo)


def _ask_for_each(
    store: duckdb.DuckDBPyConnection,
    yahoo: Yahoo,
    kind: str,
    ask: Callable[[duckdb.DuckDBPyConnection, Yahoo, str], Refreshed],
    symbols: Sequence[str],
    recorder: Recorder,
    report: Report,
) -> None:
    patient = Patient(recorder, yahoo.name)
    for symbol in _in_turn(symbols, kind, yahoo.name, recorder):
        report(f"Yahoo: {kind} of {symbol}")
        with patient.asking(kind, symbol) as step:
            if step:
                _take(yahoo, step, recorder, ask, store, yahoo, symbol)


def _take(
    yahoo: Yahoo, step: Step, recorder: Recorder, ask: Callable[..., Refreshed], *arguments: object
) -> None:
    """Ask Yahoo for one thing and count what came of it, whatever ends it."""
    requests, retries = yahoo.traffic.requests, yahoo.traffic.retries
    try:
        came = ask(*arguments)
    finally:
        step.counts.requests += yahoo.traffic.requests - requests
        step.counts.retries += yahoo.traffic.retries - retries
    add(step, came.count)
    step.outcome, step.reason = came.outcome, came.reason
    if step.outcome in {"done", "unchanged"}:
        recorder.journal.note_success(step.kind, yahoo.name)


def empty_inbox(
    store: duckdb.DuckDBPyConnection, home: Home, settings: Inbox, recorder: Recorder, report: Report
) -> None:
    """Load the files of the inbox, one step a file."""
    if not settings.enabled:
        return
    for dropped in find_dropped(home, settings, recorder.clock):
        report(f"inbox: {dropped.name}")
        with recorder.step("inbox", subject=dropped.name) as step:
            came = take_one(store, home, dropped, recorder.clock)
            add(step, came.count)
            step.source, step.outcome, step.reason = came.source or "", came.outcome, came.reason
        recorder.clock.check()


def add(step: Step, count: LoadCount) -> None:
    """Add what came of some rows to a step."""
    step.counts.rows_new += count.new
    step.counts.rows_updated += count.updated
    step.counts.rows_duplicate += count.unchanged
    step.counts.rows_quarantined += count.quarantined
