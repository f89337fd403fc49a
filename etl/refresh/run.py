"""The day in order: fetch, take in, tag, build, regress, publish, and say what happened.

This file is the table of contents of the daily run. A step that fails is written down and stops no other;
what a step commits stays, so the next run goes on wherever this one ended, however it ended.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from etl.clock import Clock, stopping_on_signals
from etl.configuration import Settings
from etl.errors import EmotapeError, Stopped, WarehouseBusy
from etl.journal import Journal, Step, open_journal
from etl.live.patience import Patience
from etl.live.streams import open_streams
from etl.live.yahoo import Yahoo
from etl.refresh.intake import ask_for_posts, ask_yahoo, empty_inbox
from etl.refresh.lock import run_lock
from etl.refresh.logs import Log, open_log
from etl.refresh.ran import Ran, judge
from etl.refresh.recorder import Recorder, explain
from etl.refresh.redaction import Redaction
from etl.refresh.stages import build_and_publish, clearing_leftovers, tag_new
from etl.refresh.trending import with_trending
from etl.refresh.webhook import run_facts, tell
from etl.settings import Home
from etl.warehouse.store import open_store

Report = Callable[[str], None]
COMMAND = "emotape refresh"
MOST_TOLD = 30  # failures that a webhook is told of: a long watchlist has hundreds when its source is down


@dataclass(frozen=True)
class Order:
    """What a run is asked to do.

    Parameters
    ----------
    symbols
        Whom to follow.
    since
        How far back posts are wanted (UTC); None for each source's own habit.
    """

    symbols: Sequence[str]
    since: datetime | None = None


def refresh(
    home: Home,
    settings: Settings,
    order: Order,
    clock: Clock | None = None,
    report: Report = lambda line: None,
) -> Ran:
    """Bring a warehouse up to date, once.

    Raises
    ------
    WarehouseBusy
        Another run holds the home.
    EmotapeError
        The home or its journal cannot be written.
    """
    clock = clock or Clock()
    try:
        with run_lock(home, COMMAND), open_journal(home, clock) as journal, stopping_on_signals(clock):
            return _refresh(home, settings, order, journal, clock, report)
    except WarehouseBusy:
        raise
    except EmotapeError as error:
        # A disk that is full or read-only lets no run begin: nobody would hear of it from the journal.
        unnoted = dict.fromkeys(("run_id", "started_at", "ended_at"))
        _tell_of_failure(home, settings, {**unnoted, "outcome": "failed", "message": str(error)}, [])
        raise


def _refresh(
    home: Home, settings: Settings, order: Order, journal: Journal, clock: Clock, report: Report
) -> Ran:
    asked: dict[str, Any] = {
        "symbols": list(order.symbols),
        "since": order.since and order.since.isoformat(),
    }
    run_id = journal.begin_run(asked)
    with open_log(home, run_id, settings) as log:
        log.event("run_began", **asked)
        recorder = Recorder(journal, log, clock, run_id, Redaction(settings))
        ran = _run(home, settings, order, recorder, report)
        try:
            journal.end_run(run_id, ran.outcome, ran.message, ran.version)
        except EmotapeError as error:
            if ran.outcome != "failed":
                ran = replace(ran, outcome="failed", message=str(error))
        log.event("run_ended", outcome=ran.outcome, message=ran.message, version=ran.version)
        if ran.outcome in {"failed", "partial"}:
            (noted,) = journal.read("last_runs", number=1)
            run = {**noted, "outcome": ran.outcome, "message": ran.message}
            _tell_of_failure(home, settings, run, ran.not_done, log)
    return ran


def _tell_of_failure(
    home: Home, settings: Settings, run: Mapping[str, Any], wrong: Sequence[Step], log: Log | None = None
) -> None:
    if not settings.webhook.url:
        return
    facts = Redaction(settings)(run_facts(home, run, wrong[:MOST_TOLD]))
    reason = tell(settings.webhook.url, settings.webhook.timeout_seconds, facts)
    if log:
        log.event("webhook_told", level="warning" if reason else "info", reason=reason)


def _run(home: Home, settings: Settings, order: Order, recorder: Recorder, report: Report) -> Ran:
    run_id, steps = recorder.run_id, recorder.steps
    try:
        version = _do_all(home, settings, order, recorder, report)
    except Stopped as stopped:
        return Ran(run_id, "stopped", str(stopped), None, steps)
    except EmotapeError as error:
        return Ran(run_id, "failed", str(error), None, steps)
    except Exception as error:  # the journal says of each run how it ended
        recorder.log_traceback("run")
        return Ran(run_id, "failed", recorder.redact(explain(error)), None, steps)
    return judge(run_id, steps, version)


def _do_all(home: Home, settings: Settings, order: Order, recorder: Recorder, report: Report) -> int | None:
    """Do the steps in their order, and return the number of the version that was published, if any."""
    clock, journal = recorder.clock, recorder.journal
    patience = Patience(settings.refresh.patience_minutes * 60, clock)
    streams = open_streams(settings, journal, clock, patience)
    with clearing_leftovers(home), open_store(home) as store:
        symbols = with_trending(order.symbols, settings, streams, recorder)
        ask_for_posts(store, streams, symbols, order.since, recorder, report)
        ask_yahoo(store, Yahoo(settings.yahoo, home, clock, patience), symbols, recorder, report)
        empty_inbox(store, home, settings.inbox, recorder, report)
        tag_new(store, settings.refresh.tagger, recorder, report, settings.build)
        version = build_and_publish(
            store,
            home,
            settings.refresh.tagger,
            settings.refresh.families,
            settings.retention.versions,
            recorder,
            report,
        )
    return version.number if version else None
