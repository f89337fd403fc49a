"""What may be chosen of a regression of a reader's own: what the panel holds, and how large a sample is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import streamlit as st

from dashboard.queries.edition import ROUND_TRIPS, Edition, ask
from models.estimation.spec import read_spec


@dataclass(frozen=True)
class Held:
    """What one tagger's panel holds.

    Parameters
    ----------
    counts
        Column -> the firm-days that have a value of it.
    first, last
        Its first and last session; None where it has no row.
    parts
        The parts of the posts before the open that have emotions, such as "chat".
    """

    counts: Mapping[str, int]
    first: date | None
    last: date | None
    n_sessions: int
    parts: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the panel, whether or not they have values."""
        return tuple(self.counts)

    def has(self, column: str) -> bool:
        """Whether any firm-day has a value of a column."""
        return self.counts.get(column, 0) > 0


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_held(edition: Edition, tagger: str) -> Held:
    """Return what the panel of a tagger holds."""
    row = ask(edition, "panel_held", tagger=tagger).row(0, named=True)
    first, last, n_sessions = (row.pop(name) for name in ("first_session", "last_session", "n_sessions"))
    parts = ask(edition, "parts_held", tagger=tagger)["part"].to_list()
    return Held(row, first, last, n_sessions, tuple(parts))


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def count_firm_days(edition: Edition, tagger: str, spec: str) -> int:
    """Return how many firm-days the sample of a spec, as `Spec.as_json` writes it, has at most."""
    read = read_spec(spec)
    found = ask(
        edition,
        "sample_size",
        tagger=tagger,
        columns=list(read.variables),
        window=read.sample.window,
        min_posts=read.sample.min_posts,
        first=read.sample.start,
        last=read.sample.end,
        price_floor=read.sample.price_floor,
        without=list(read.sample.without),
    )
    return int(found["n_firm_days"][0])
