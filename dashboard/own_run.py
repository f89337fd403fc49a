"""Estimating a reader's own regression here: few at once, each in a process that is killed at its limit."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from dashboard.queries import Edition
from dashboard.words import own as said
from etl.errors import EmotapeError
from etl.estimate import Made
from etl.estimate_apart import TimeLimitReached, estimate_apart
from etl.warehouse.versions import Version

MOST_FIRM_DAYS = 300_000
SECONDS = 20.0
PLACES = 2  # estimations at once, of all readers
PATIENCE = 10.0  # seconds that a reader waits for a place
_MADE, _TRIED = "own_made", "own_tried"
_places = threading.BoundedSemaphore(PLACES)

Key = tuple[Edition, str, str]  # what an estimate is of: version, tagger, the text of the file


def run(edition: Edition, tagger: str, text: str) -> Made:
    """Estimate, with its progress on the page; whatever the reader changes meanwhile stops it.

    Raises
    ------
    EmotapeError
        It took too long, others are estimating, or it cannot be estimated.
    """
    shown = st.empty()
    try:
        with _place(shown):
            made = estimate_apart(
                Version(Path(edition.folder)),
                text,
                tagger,
                SECONDS,
                # A call of Streamlit's ends the run of the script where it is to end.
                lambda spent: _show(shown, min(spent / SECONDS, 1.0), said.estimating(spent, SECONDS)),
            )
    except TimeLimitReached as error:
        raise EmotapeError(said.too_slow(SECONDS)) from error
    finally:
        shown.empty()
    st.session_state[_MADE] = ((edition, tagger, text), made)
    st.session_state.setdefault(_TRIED, set()).add((tagger, text))
    return made


def find_made(edition: Edition, tagger: str, text: str) -> Made | None:
    """Return what was estimated last in this session, if it is of just these choices."""
    kept: tuple[Key, Made] | None = st.session_state.get(_MADE)
    return kept[1] if kept and kept[0] == (edition, tagger, text) else None


def count_tried() -> int:
    """Return how many different regressions were estimated in this session."""
    return len(st.session_state.get(_TRIED, ()))


@contextmanager
def _place(shown: "st.delta_generator.DeltaGenerator") -> Iterator[None]:
    """Hold one of the places, waiting a while for it."""
    start = time.monotonic()
    while not _places.acquire(timeout=0.2):
        waited = time.monotonic() - start
        if waited > PATIENCE:
            raise EmotapeError(said.all_places_taken(PLACES))
        _show(shown, 0.0, said.waiting(PLACES))
    try:
        yield
    finally:
        _places.release()


def _show(shown: "st.delta_generator.DeltaGenerator", share: float, words: str) -> None:
    shown.progress(share, text=words)
