"""What pages ask of the daily run and of what it left behind: live from the journal, else by version."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import streamlit as st

from dashboard.queries.edition import ROUND_TRIPS, Edition, ask, current_edition
from dashboard.queries.market import read_publication
from dashboard.words.health import file_names_only
from etl.errors import EmotapeError
from etl.refresh.operations import read_not_done, read_operations
from etl.settings import Home, open_home
from etl.warehouse.published import Published
from etl.warehouse.results import read_results
from etl.warehouse.versions import list_versions

SECONDS_KEPT = 10  # what is live is asked again after so long
MOST_SYMBOLS = 40  # rows of a figure that can be read
MOST_REASONS = 1_000


@dataclass(frozen=True)
class Health:
    """What the daily run did (see `etl.refresh.operations`), or a sentence on why it cannot be told."""

    operations: Mapping[str, Any]
    trouble: str | None = None


def find_edition() -> Edition | None:
    """Return the version that the pointer names, or None where there is none that can be read."""
    try:
        edition = current_edition()
        read_publication(edition)
    except EmotapeError:
        return None
    return edition


def read_health() -> Health:
    """Return what the daily run did and how fresh its sources are."""
    return _read_health(str(open_home(None).path))


@st.cache_data(ttl=SECONDS_KEPT, max_entries=4, show_spinner=False)
def _read_health(home: str) -> Health:
    try:
        return Health(_without_paths(read_operations(Home(Path(home))), home))
    except EmotapeError as error:
        return Health({}, file_names_only(str(error), home))
    except (duckdb.Error, OSError, ValueError):
        return Health({}, "The published version cannot be read: run `emotape build` to publish a new one.")


def read_run_troubles(run_id: int) -> pl.DataFrame:
    """Return the steps of a run that were not done in full, one row a step: what, of whom, and why."""
    return _read_run_troubles(str(open_home(None).path), run_id)


@st.cache_data(ttl=SECONDS_KEPT, max_entries=20, show_spinner=False)
def _read_run_troubles(home: str, run_id: int) -> pl.DataFrame:
    names = ("kind", "source", "subject", "outcome", "reason")
    steps = _without_paths(read_not_done(Home(Path(home)), run_id), home)
    return pl.DataFrame([[step[name] for name in names] for step in steps], dict.fromkeys(names, pl.String),
                        orient="row")  # fmt: skip


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner="Reading what was observed …")
def read_coverage_calendar(edition: Edition, window: str, n_sessions: int) -> pl.DataFrame:
    """Return one row a followed ticker and session: which share of its time was observed; the least first."""
    return ask(edition, "coverage_calendar", window_name=window, n_sessions=n_sessions, most=MOST_SYMBOLS)


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_last_observed(edition: Edition) -> list[dict[str, Any]]:
    """Return one row a window that is over of the last session that live sources were asked about."""
    return ask(edition, "last_observed").to_dicts()


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_price_gaps(edition: Edition) -> pl.DataFrame:
    """Return one row a ticker that lacks a price between its first and its last."""
    return ask(edition, "price_gap_spans")


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_quarantine(edition: Edition) -> pl.DataFrame | None:
    """Return one row a kind, file and reason of what was refused; None where the version does not say."""
    if "quarantine_reasons" not in ask(edition, "relations")["name"]:
        return None
    return ask(edition, "quarantine_reasons", most=MOST_REASONS)


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_versions(edition: Edition) -> pl.DataFrame:
    """Return one row a published version, the newest first; of one that cannot be read the number alone."""
    rows = [_describe(version) for version in list_versions(Home(Path(edition.folder).parent.parent))]
    return pl.DataFrame(rows[::-1], infer_schema_length=None)


def _describe(version: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"number": version.number}
    try:
        published = Published(version)
    except (duckdb.Error, EmotapeError, OSError):
        return facts
    try:
        row = published.query("publication").row(0, named=True)
        models, _ = read_results(published)
    except duckdb.Error:
        return facts
    finally:
        published.close()
    shown = ("built_at", "n_posts", "n_prices", "last_post_at", "last_price", "code_version", "simulated")
    return {
        **facts,
        **{name: row[name] for name in shown},
        "n_models": models.height,
        "estimated_at": models["estimated_at"].max() if models.height else None,
    }


def _without_paths(value: Any, home: str) -> Any:
    """Return a value with the names of files alone in its texts: readers need not know the machine."""
    if isinstance(value, Mapping):
        return {key: _without_paths(item, home) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_paths(item, home) for item in value]
    return file_names_only(value, home.rstrip(os.sep)) if isinstance(value, str) else value
