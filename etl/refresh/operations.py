"""What a monitor asks of a home: its last runs, what was not done, how fresh it is, and when it runs next."""

from dataclasses import asdict
from datetime import date
from typing import Any

from etl.clock import Clock
from etl.configuration import read_settings
from etl.errors import NothingPublished
from etl.journal import open_journal
from etl.journal.journal import RUNNING
from etl.refresh.freshness import ALARMING, measure_freshness
from etl.refresh.lock import is_running, read_holder
from etl.schedule.when import next_run
from etl.settings import Home
from etl.warehouse.published import open_published

LAST_RUNS = 7


def read_operations(home: Home, clock: Clock | None = None) -> dict[str, Any]:
    """Gather what the daily run did and how fresh its sources are.

    The journal can be read while a run writes the store, so this never waits and is never refused.

    Returns
    -------
    dict
        `running` (who holds the home, None where nobody does), `runs` (the newest first; one that is gone
        without a word is killed), `troubles` (steps of the newest run that were not done, with reasons),
        `breakers` (sources left alone, until when), `freshness` (see `etl.refresh.freshness`), `is_stale`
        (whether a source is beyond its error age), `next_run` (UTC, by the settings; None where the home
        has never run).

    Raises
    ------
    BadInput
        The settings cannot be read.
    EmotapeError
        The journal is damaged.
    """
    clock = clock or Clock()
    settings, _ = read_settings(home)
    now = clock.now()
    runs: list[dict[str, Any]] = []
    troubles: list[dict[str, Any]] = []
    breakers: list[dict[str, Any]] = []
    successes: list[dict[str, Any]] = []
    if home.journal.exists():
        with open_journal(home, clock, read_only=True) as journal:
            begun = {run["run_id"] for run in journal.read("last_runs", number=1)}
            running = _who_runs(home)
            runs = journal.read("last_runs", number=LAST_RUNS)
            troubles = journal.read("not_done", run_id=runs[0]["run_id"]) if runs else []
            breakers = journal.read("open_breakers", now=now.isoformat(timespec="seconds"))
            successes = journal.read("successes")
        for run in runs:
            # The next run notes it in the journal; until then the lock tells.
            if running is None and run["run_id"] in begun and run["outcome"] == RUNNING:
                run["outcome"] = "killed"
    else:
        running = _who_runs(home)
    freshness = measure_freshness(settings, successes, _last_price(home), now)
    return {
        "running": running,
        "runs": runs,
        "troubles": troubles,
        "breakers": breakers,
        "freshness": [asdict(source) for source in freshness],
        "is_stale": any(source.level in ALARMING for source in freshness),
        "next_run": next_run(settings, now) if runs else None,
    }


def read_not_done(home: Home, run_id: int) -> list[dict[str, Any]]:
    """Return the steps of a run that were not done in full: `kind, source, subject, outcome, reason`.

    Raises
    ------
    EmotapeError
        The journal is damaged.
    """
    if not home.journal.exists():
        return []
    with open_journal(home, read_only=True) as journal:
        return journal.read("not_done", run_id=run_id)


def _who_runs(home: Home) -> dict[str, Any] | None:
    return (read_holder(home) or {"what": "a run"}) if is_running(home) else None


def _last_price(home: Home) -> date | None:
    try:
        with open_published(home) as published:
            last: date | None = published.query("publication")["last_price"][0]
            return last
    except NothingPublished:
        return None
