"""Tables of symbols on the page of the market: a click on a row opens its ticker page."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import polars as pl
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import filters, queries, words
from dashboard.figures import Numbers
from dashboard.queries import Edition
from models.panel.movers import MEASURES, count_far, rank_movers

ROWS = 50
POSTS = st.column_config.NumberColumn("Posts", format="localized", width=60)
AUTHORS = st.column_config.NumberColumn(
    "Authors", format="localized", width=65, help="How many wrote them; one author can be loud."
)


def show_movers(edition: Edition, tagger: str, window: str, session: date, least: int) -> None:
    """Show which symbols of a session are farthest from their own history."""
    heading, choice = st.columns([5, 1], vertical_alignment="bottom")
    symbols = queries.read_movers(edition, tagger, window, session)
    with choice:
        measure = filters.choose_moved(MEASURES)
    ranked = rank_movers(symbols, measure, least)
    heading.subheader(words.movers_title(ranked), anchor="movers", help=words.ABOUT_MOVERS)
    heading.caption(words.movers_counted(symbols, least, session))
    if ranked.is_empty():
        st.info(words.no_movers(symbols, least))
        return
    rows = _with_paths(ranked.head(ROWS), edition, tagger, window, session)
    chosen = st.dataframe(
        rows.select(
            "z", "path", "n_posts", "posts_path", "usual_posts", "n_authors", pl.col("^z_.+$"),
            ticker=pl.col("ticker").map_elements(words.plain, return_dtype=pl.String),
            measure=pl.col("measure").str.to_titlecase(),
            now=pl.struct("measure", "value").map_elements(_level("value"), return_dtype=pl.String),
            usually=pl.struct("measure", "usual").map_elements(_level("usual"), return_dtype=pl.String),
        ),
        column_order=[
            "ticker", "measure", "z", "path", "now", "usually", "n_posts", "posts_path", "usual_posts",
            "n_authors", *(f"z_{name}" for name in MEASURES),
        ],
        column_config=_columns_of_movers(),
        hide_index=True,
        placeholder="–",
        height=min(38 + 35 * rows.height, 400),
        on_select="rerun",
        selection_mode="single-cell",
        alt=f"Movers. {words.movers_title(ranked)}",
        # Other rows are another table, so that a choice never falls on another symbol.
        key=f"movers {edition.number} {tagger} {window} {session} {measure} {least}",
    )  # fmt: skip
    far, tested, expected = count_far(symbols, MEASURES, least)
    st.caption(
        f"{words.rows_shown(rows.height, ranked.height)} Click a row to open its ticker page. "
        f"{words.by_chance(far, tested, expected)} A mean of few posts swings by itself. A "
        "change says neither why, nor what prices will do."
    )
    open_ticker(chosen.selection.cells, rows)


def show_most_posted(edition: Edition, tagger: str, window: str, session: date) -> None:
    """Show the symbols that most posts of a session name."""
    st.subheader("Most posted")
    most_posted = queries.read_most_posted(edition, tagger, window, session)
    chosen = st.dataframe(
        most_posted.with_columns(
            pl.col("ticker").map_elements(words.plain, return_dtype=pl.String), pl.col("happy", "fear") * 100
        ),
        column_order=["ticker", "n_posts", "usual_posts", "n_authors", "valence", "happy", "fear"],
        column_config={
            "ticker": _symbol(),
            "n_posts": POSTS,
            "usual_posts": st.column_config.NumberColumn(
                "Usually", format="%.1f", width=70,
                help="Mean over the twenty sessions before, those without posts included and those not "
                "observed whole left out.",
            ),
            "n_authors": AUTHORS,
            "valence": st.column_config.NumberColumn(
                "Valence (−1 to 1)", format="%+.2f", help="Happy less sad, anger, disgust and fear."
            ),
            "happy": st.column_config.NumberColumn("Happy (%)", format="%.1f"),
            "fear": st.column_config.NumberColumn("Fear (%)", format="%.1f"),
        },
        hide_index=True,
        placeholder="–",
        height=360,
        on_select="rerun",
        selection_mode="single-cell",
        alt=f"The symbols with the most posts in the session of {words.day(session)}",
        key=f"most_posted {edition.number} {tagger} {window} {session}",
    )  # fmt: skip
    st.caption("Click a row to open its ticker page. Shares of few posts say little.")
    open_ticker(chosen.selection.cells, most_posted)


def numbers_of(frame: pl.DataFrame, of: str) -> Numbers:
    """Return the table behind a figure, its headings with units."""
    named = {name: heading for name, heading in words.HEADINGS.items() if name in frame.columns}
    if "ticker" in frame.columns:
        frame = frame.with_columns(pl.col("ticker").map_elements(words.plain, return_dtype=pl.String))
    return Numbers(frame.rename(named), None, of)


def open_ticker(cells: list[tuple[int, str]], rows: pl.DataFrame) -> None:
    """Open the page of the ticker whose row was clicked, with the filters of this page."""
    if cells:
        ticker = rows["ticker"][cells[0][0]]
        st.switch_page("views/ticker.py", query_params={**st.query_params.to_dict(), "symbol": ticker})


def _with_paths(
    rows: pl.DataFrame, edition: Edition, tagger: str, window: str, session: date
) -> pl.DataFrame:
    """Add to each row the last sessions of its measure, and of posts."""
    since: date = rows["before_since"].sort()[0]
    paths = queries.read_mover_paths(edition, tagger, window, session, since, rows["ticker"].to_list())
    lists = paths.select(
        "ticker", *(pl.col(name).cast(pl.List(pl.Float64)).alias(f"{name}_path") for name in MEASURES)
    )
    measured = pl.coalesce(
        pl.when(pl.col("measure") == name).then(pl.col(f"{name}_path")) for name in MEASURES
    )
    return rows.join(lists, on="ticker", how="left", maintain_order="left").with_columns(path=measured)


def _level(column: str) -> Callable[[Mapping[str, Any]], str | None]:
    return lambda row: words.level(row["measure"], row[column])


def _symbol() -> ColumnConfig:
    return st.column_config.TextColumn("Symbol", pinned=True, width=75)


def _columns_of_movers() -> dict[str, ColumnConfig]:
    distances = {
        f"z_{name}": st.column_config.NumberColumn(f"{name.capitalize()} (SD)", format="%+.1f", width=85)
        for name in MEASURES
    }
    return distances | {
        "ticker": _symbol(),
        "measure": st.column_config.TextColumn("What moved", width=85),
        "z": st.column_config.NumberColumn(
            "Change (SD)", format="%+.1f", width=95, help="Distance from its usual, in SD of its own history."
        ),
        "path": st.column_config.LineChartColumn(
            "Last sessions", color="gray", width=130,
            help="What moved over the last 21 sessions with posts, this one last; each row on its own scale.",
        ),
        "now": st.column_config.TextColumn("Now", width=75),
        "usually": st.column_config.TextColumn(
            "Usually", width=75, help="Mean over its history; of posts the geometric mean."
        ),
        "n_posts": POSTS,
        "posts_path": st.column_config.BarChartColumn(
            "Last posts", color="gray", y_min=0, width=110,
            help="Posts in each of the last 21 sessions with posts.",
        ),
        "usual_posts": st.column_config.NumberColumn("Usual posts", format="%.1f", width=85),
        "n_authors": AUTHORS,
    }  # fmt: skip
