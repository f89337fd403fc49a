"""Sentences about the daily run: what is fresh, what is late, and what was not observed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from dashboard.words.plain import day, inert

SOURCES = {"stocktwits": "StockTwits", "yahoo": "Yahoo"}
LEVELS = {"fresh": "✓ Fresh", "late": "! Late", "stale": "✕ Stale", "never": "✕ Never answered"}
OUTCOMES = {
    "done": "✓ Done",
    "unchanged": "✓ Nothing new",
    "partial": "! Done in part",
    "stopped": "! Stopped",
    "failed": "✕ Failed",
    "killed": "✕ Killed",
    "running": "… Running",
    "skipped": "– Left out",
}
IN_WINDOW = {"pre_open": "before the open of", "intraday": "during the session of"}
AGES = {
    "posts": "Since the source that was silent longest last answered.",
    "prices": "Since the close of the first session that has no price.",
}
_PATH = re.compile(r"(?<![\w:/.\\])(?:[A-Za-z]:)?[/\\](?:[^\s/\\:;,'\"`]+[/\\])+")


@dataclass(frozen=True)
class Concern:
    """Something that a reader should know before trusting a page.

    Parameters
    ----------
    text
        What it is, in one sentence without its full stop.
    grave
        Whether it alarms a monitor.
    brief
        The same in some forty letters, for the badge; empty where the text is as short.
    """

    text: str
    grave: bool
    brief: str = ""


def concerns(
    operations: Mapping[str, Any], trouble: str | None, observed: Sequence[Mapping[str, Any]]
) -> list[Concern]:
    """Say what is stale, failed, late or thin, the gravest first.

    Parameters
    ----------
    operations
        What `etl.refresh.operations` found; empty where it cannot be told.
    trouble
        Why it cannot be told.
    observed
        The windows that are over of the last session that live sources were asked about: `session,
        window_name, coverage, n_tickers, n_dead_tickers`.
    """
    found = [Concern("The journal of the daily run cannot be read", True)] if trouble else []
    found += [
        _age_concern(source) for source in operations.get("freshness", ()) if source["level"] != "fresh"
    ]
    found += [_breaker_concern(breaker) for breaker in operations.get("breakers", ())]
    found += _run_concerns(operations)
    found += _observed_concerns(observed)
    return sorted(found, key=lambda concern: not concern.grave)


def health_title(found: Sequence[Concern], operations: Mapping[str, Any], is_published: bool) -> str:
    """Say the gravest of what is wrong, or that nothing is."""
    if found:
        return found[0].text
    if not is_published:
        return "Nothing is published yet"
    if operations.get("freshness"):
        return "Everything is fresh"
    return "Nothing is late: no live source is followed"


def badge_text(found: Sequence[Concern]) -> str:
    """Say the gravest concern in one short line, and how many there are besides."""
    more = len(found) - 1
    said = found[0].brief or found[0].text
    return said if not more else f"{said}; {more:,} more"


def age(hours: float) -> str:
    """Write an age as people say it: 12 minutes, 52 hours, 9 days."""
    if hours < 1:
        return _count(max(round(hours * 60), 0), "minute")
    return _count(round(hours), "hour") if hours < 96 else _count(int(hours // 24), "day")


def duration(seconds: float) -> str:
    """Write how long something took: 45 s, 3 min 20 s, 2 h 5 min."""
    whole = max(int(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60} min"


def name_source(source: str) -> str:
    """Return what a source is called; the names of feeds are those that the settings give them."""
    return SOURCES.get(source) or inert(source)


def file_names_only(text: str, home: str) -> str:
    """Return a text without the folders of paths: the home's first, whatever its name holds."""
    for separator in ("/", "\\"):
        text = text.replace(f"{home}{separator}", "")
    return _PATH.sub("", text.replace(home, "the home folder"))


def run_outcome(run: Mapping[str, Any], is_running: bool) -> str:
    """Return how a run ended; one that never said so while nobody holds the home was killed."""
    return "killed" if run["outcome"] == "running" and not is_running else str(run["outcome"])


def run_label(run: Mapping[str, Any], is_running: bool) -> str:
    """Name a run: 12, 24 Nov 2026 11:30 UTC, done in part."""
    started = datetime.fromisoformat(run["started_at"])
    outcome = OUTCOMES[run_outcome(run, is_running)].split(" ", 1)[1].lower()
    return f"{run['run_id']}: {day(started)}, {started:%H:%M} UTC, {outcome}"


def besides(found: Sequence[Concern], operations: Mapping[str, Any]) -> str:
    """Say what else is wrong besides the title, and what is running now or when the next run is due."""
    said = [f"{one.text}." for one in found[1:]]
    if running := operations.get("running"):
        since = running.get("since")
        began = f" since {datetime.fromisoformat(since):%H:%M} UTC" if since else ""
        said.append(f"Running now: {inert(str(running['what']))}{began}.")
    elif due := operations.get("next_run"):
        said.append(f"The next run is due on {day(due)}, {due:%H:%M} UTC, by the settings.")
    return " ".join(said)


def run_message(run: Mapping[str, Any]) -> str:
    """Say what a run said of itself in the end; where it said nothing, nothing."""
    return f"Run {run['run_id']}: {inert(run['message'], 400)}" if run["message"] else ""


def calendar_of(calendar: pl.DataFrame) -> str:
    """Say how many symbols were observed whole over the period, and which of them are drawn.

    Parameters
    ----------
    calendar
        At least one row: `ticker, n_tickers, n_whole`.
    """
    tickers, whole = calendar["n_tickers"][0], calendar["n_whole"][0]
    shown = calendar["ticker"].n_unique()
    if whole == tickers:
        said = f"All {tickers:,} symbols were observed whole." if tickers > 1 else "Observed whole."
    else:
        said = f"{whole:,} of {_count(tickers, 'symbol')} {'was' if whole == 1 else 'were'} observed whole."
    return f"{said} Drawn are the {shown:,} that were observed least." if shown < tickers else said


def headline_numbers(operations: Mapping[str, Any], calendar: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the three numbers beside the figure: age of posts, age of prices, symbols observed whole."""
    numbers = []
    for kind, name in (("posts", "Posts"), ("prices", "Prices")):
        ages = [source for source in operations.get("freshness", ()) if source["kind"] == kind]
        oldest = max(
            ages,
            key=lambda source: float("inf") if source["age_hours"] is None else source["age_hours"],
            default=None,
        )
        if oldest is None:
            value, state = "not followed", None
        else:
            hours = oldest["age_hours"]
            value = (
                "never" if hours is None else "up to date" if kind == "prices" and hours == 0 else age(hours)
            )
            state = LEVELS[oldest["level"]]
        numbers.append({"label": name, "value": value, "delta": state, "help": AGES[kind]})
    whole = None if calendar.is_empty() else (calendar["n_whole"][0], calendar["n_tickers"][0])
    numbers.append(
        {
            "label": "Observed whole",
            "value": "unknown" if whole is None else f"{whole[0]:,} of {whole[1]:,}",
            "delta": None if whole is None else "symbols, in this period",
            "help": "Symbols whose sources were observed for every second of every session of the period.",
        }
    )
    return numbers


def _age_concern(source: Mapping[str, Any]) -> Concern:
    name = name_source(source["source"])
    prices = source["kind"] == "prices"
    if source["age_hours"] is None:
        if source["answered_at"] is not None:
            return Concern(f"{name} answered, and no price is published yet", True)
        return Concern(f"{name} has never {'given a price' if prices else 'answered'}", True)
    what = f"{name}'s prices are" if prices else f"{name} is"
    return Concern(f"{what} {source['level']}: {age(source['age_hours'])}", source["level"] == "stale")


def _breaker_concern(breaker: Mapping[str, Any]) -> Concern:
    until = datetime.fromisoformat(breaker["until"])
    return Concern(
        f"{name_source(breaker['source'])} refused this address and is left alone until "
        f"{day(until)}, {until:%H:%M} UTC",
        False,
        f"{name_source(breaker['source'])} refused this address",
    )


def _run_concerns(operations: Mapping[str, Any]) -> list[Concern]:
    runs = operations.get("runs") or [None]
    if runs[0] is None:
        return []
    outcome = run_outcome(runs[0], operations["running"] is not None)
    if outcome in {"failed", "killed"}:
        return [Concern(f"The last run {'failed' if outcome == 'failed' else 'was killed'}", True)]
    if outcome == "stopped":
        return [Concern("The last run was stopped before it was done", False, "The last run was stopped")]
    if outcome == "partial":
        steps = runs[0]["n_not_done"]
        said = (
            f": {_count(steps, 'step')} {'was' if steps == 1 else 'were'} not done in full" if steps else ""
        )
        return [Concern(f"The last run was done in part{said}", False, "The last run was done in part")]
    return []


def _observed_concerns(observed: Sequence[Mapping[str, Any]]) -> list[Concern]:
    if not observed:
        return []
    worst = max(reversed(observed), key=lambda row: (row["n_dead_tickers"], -row["coverage"]))
    when = f"{IN_WINDOW[worst['window_name']]} {day(worst['session'])}"
    short = f"{worst['session'].day} {worst['session']:%b}"
    if dead := worst["n_dead_tickers"]:
        of = f"{dead:,} of {_count(worst['n_tickers'], 'symbol')}"
        were = "was" if dead == 1 else "were"
        return [Concern(f"{of} {were} not observed {when}", False, f"{of} not observed on {short}")]
    if worst["coverage"] < 1:
        share = f"{min(worst['coverage'], 0.99):.0%}"
        return [Concern(f"Of the time {when} {share} was observed", False, f"{short}: {share} observed")]
    return []


def took(run: Mapping[str, Any]) -> timedelta | None:
    """Return how long a run took; None where it never ended."""
    if run["ended_at"] is None:
        return None
    return datetime.fromisoformat(run["ended_at"]) - datetime.fromisoformat(run["started_at"])


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
