"""What the page of lineage asks: a coefficient's firm-days, and where a post counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import polars.selectors as cs
import streamlit as st

from dashboard.queries.edition import ROUND_TRIPS, Edition, ask, open_edition
from dashboard.queries.results import read_models, read_terms
from etl.errors import EmotapeError
from etl.version import code_version
from etl.warehouse.influence import read_influence
from models.estimation.columns import columns_read, posts_behind
from models.estimation.influence import fewest_that_turn, measure_influence
from models.estimation.results import EstimationError
from models.estimation.spec import Spec, read_spec
from models.estimation.variables import add_variables

FRAMES = ("panel", "panel_by_part")  # relations whose rows are firm-days
COEFFICIENTS_KEPT = 3  # of a million firm-days each takes some 80 MB


@dataclass(frozen=True)
class Traced:
    """A coefficient, estimated anew, with its firm-days.

    Parameters
    ----------
    rows
        One row a firm-day as in `models.estimation.influence.Influence`, the one that moves the coefficient
        most first, with `place` (from 1) and `n_posts`, those seen in the window behind the term. All of the
        sample, or those that are stored: then the rows without a place are there to be drawn.
    n_rows
        Of the sample.
    carried_most, carried_least
        The shares of the coefficient that the ten firm-days carry that carry most, and least.
    window, back
        The window whose posts the term is made of, and how many sessions before the outcome's it lies.
    to_zero
        The fewest firm-days whose leaving out would bring the coefficient to zero, to first order.
    """

    spec: Spec
    term: str
    estimate: float
    std_error: float
    rows: pl.DataFrame
    window: str
    back: int
    to_zero: int | None
    n_rows: int
    carried_most: float
    carried_least: float

    @property
    def is_whole(self) -> bool:
        """Whether every firm-day of the sample is among the rows."""
        return self.rows.height == self.n_rows

    def holds(self, ticker: str, session: date) -> bool:
        """Tell whether a firm-day is among the rows, with its place."""
        named = (pl.col("ticker") == ticker) & (pl.col("session") == session)
        return not self.rows.filter(named, pl.col("place").is_not_null()).is_empty()


def read_traceable(edition: Edition) -> pl.DataFrame:
    """Return the stored models that were estimated by least squares on firm-days."""
    models = read_models(edition)
    if "spec" not in models.columns:
        return models.clear()
    stands = [
        text is not None and (spec := read_spec(text)).estimator == "least_squares" and spec.frame in FRAMES
        for text in models["spec"]
    ]
    return models.filter(pl.Series(stands, dtype=pl.Boolean))


def read_stored(edition: Edition, model: Mapping[str, Any], term: Mapping[str, Any]) -> Traced | None:
    """Return what was found where a coefficient was estimated; None where this cannot be relied on.

    It is of the data and code of the version shown then, or it is not read; and estimates that an older
    emotape stored have none.

    Parameters
    ----------
    model, term
        Their stored rows.
    """
    now = (ask(edition, "publication")["fingerprint"][0][:12], code_version())
    if (model["data_version"], model["code_version"]) != now:
        return None
    return _read_stored(edition, model["result_id"], model["tagger"], model["spec"], term["term"])


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def _read_stored(edition: Edition, result_id: str, tagger: str, spec: str, term: str) -> Traced | None:
    found = read_influence(open_edition(edition), result_id, term)
    if found.influential.is_empty() or found.concentration.is_empty():
        return None
    chosen = read_spec(spec)
    window, back = posts_behind(term, chosen.sample.window)
    n_posts = ask(
        edition, "firm_day_posts", tagger=tagger, window=window, back=back,
        tickers=found.influential["ticker"].to_list(), sessions=found.influential["session"].to_list(),
    )  # fmt: skip
    rows = found.influential.join(n_posts, on=["ticker", "session"], how="left", maintain_order="left")
    (totals,) = found.concentration.to_dicts()
    terms = read_terms(edition).filter(pl.col("result_id") == result_id, pl.col("term") == term)
    return Traced(
        chosen, term, terms["estimate"][0], terms["std_error"][0], rows, window, back,
        totals["to_zero"], totals["n_rows"], totals["carried_most"], totals["carried_least"],
    )  # fmt: skip


@st.cache_resource(max_entries=COEFFICIENTS_KEPT, show_spinner=False)
def trace(edition: Edition, tagger: str, spec: str, term: str) -> Traced:
    """Estimate a stored spec anew and measure what each firm-day does to one coefficient.

    Raises
    ------
    EmotapeError
        It cannot be estimated on what is published now.
    """
    chosen = read_spec(spec)
    frame = _read_frame(edition, tagger, chosen)
    window, back = posts_behind(term, chosen.sample.window)
    try:
        found = measure_influence(chosen, {chosen.frame: frame}, term)
    except EstimationError as error:
        raise EmotapeError(
            f"The coefficient cannot be taken apart: {error} If its data are published, `emotape regress` "
            "estimates it anew."
        ) from error
    ranked = found.rows.sort(
        pl.col("dfbeta").abs(), "ticker", "session", descending=[True, False, False], nulls_last=True
    )
    rows = (
        ranked.drop("leverage_of_terms")
        .with_columns((cs.float() - cs.by_name("dfbeta")).cast(pl.Float32))
        .with_row_index("place", offset=1)
        .join(_count_posts(frame, window, back), on=["ticker", "session"], how="left", maintain_order="left")
    )
    share = found.rows["share"].drop_nulls().sort(descending=True)
    return Traced(
        chosen, term, found.estimate, found.std_error, rows, window, back, fewest_that_turn(found),
        rows.height, float(share.head(10).sum()), float(share.tail(10).sum()),
    )  # fmt: skip


def _read_frame(edition: Edition, tagger: str, spec: Spec) -> pl.DataFrame:
    if spec.frame != "panel":
        return ask(edition, spec.frame, tagger=tagger)
    columns = columns_read(spec, ask(edition, "panel_columns").columns)
    return ask(edition, "panel_part", tagger=tagger, columns=columns)


def _count_posts(frame: pl.DataFrame, window: str, back: int) -> pl.DataFrame:
    """Return the posts that were seen in the window, one row a firm-day."""
    name = f"{window}_posts_seen{f'_lag{back}' if back else ''}"
    return add_variables(frame, [name]).select("ticker", "session", n_posts=pl.col(name))


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_session_apart(edition: Edition, session: date, apart: int) -> date | None:
    """Return the session so many sessions after another, or before it; None beyond the calendar."""
    found = ask(edition, "session_apart", session=session, apart=apart)
    return found["session"][0] if found.height else None


@st.cache_data(max_entries=ROUND_TRIPS, show_spinner=False)
def read_post_counted(edition: Edition, tagger: str, source: str, post_id: str) -> pl.DataFrame:
    """Return one row a ticker and measure: where a post counted; no row where it is not here."""
    return ask(edition, "post_counted", tagger=tagger, source=source, post_id=post_id)


def counts_elsewhere(edition: Edition, counted: pl.DataFrame, traced: Traced) -> bool:
    """Tell whether a post counted in a firm-day that may be in the sample and is not among the rows."""
    if traced.is_whole:
        return False
    read = counted.filter(pl.col("window_name") == traced.window).select("ticker", "session").unique()
    outcomes = [
        (ticker, read_session_apart(edition, session, traced.back)) for ticker, session in read.rows()
    ]
    return any(session is not None and not traced.holds(ticker, session) for ticker, session in outcomes)


def find_counted(edition: Edition, counted: pl.DataFrame, traced: Traced) -> pl.DataFrame:
    """Add to the places where a post counted the firm-day of the sample that reads it, where there is one.

    Returns
    -------
    pl.DataFrame
        `counted`, with `session_of_outcome` (null where the term does not read the post's window), and of
        that firm-day `in_sample`, `place`, `dfbeta` and `dfbetas`.
    """
    reads = counted["window_name"] == traced.window
    outcomes = [
        read_session_apart(edition, session, traced.back) if read else None
        for session, read in zip(counted["session"], reads, strict=True)
    ]
    found = counted.with_columns(is_read=reads, session_of_outcome=pl.Series(outcomes, dtype=pl.Date)).join(
        traced.rows.select("ticker", "session", "place", "dfbeta", "dfbetas"),
        left_on=["ticker", "session_of_outcome"],
        right_on=["ticker", "session"],
        how="left",
        maintain_order="left",
    )
    return found.with_columns(in_sample=pl.col("place").is_not_null())


def thin_out(rows: pl.DataFrame, most: int = 3_000) -> pl.DataFrame:
    """Return as many firm-days as can be drawn, evenly by place; the first hundred all."""
    if rows.height <= most:
        return rows
    return pl.concat([rows.head(100), rows[100:].gather_every(-(-rows.height // most))])
