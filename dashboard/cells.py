"""The heat map of the market, whose cells lead to a symbol's posts of a session."""

from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard import charts, filters, market_tables, words
from dashboard.figures import draw_clickable, show_numbers

TICKER = "views/ticker.py"


def show_heat(cells: pl.DataFrame, measure: str, least: int, title: str, shows: str) -> None:
    """Show the heat map, the way from a cell to its posts, by click and by keyboard, and the table.

    Parameters
    ----------
    cells
        One row a symbol and session, as `sql/queries/symbol_sessions.sql` returns them.
    title, shows
        What the map says, and what it shows and does not.
    """
    clicked = draw_clickable(
        charts.draw_heat(cells, measure, least), "heat", f"Heat map, symbols by sessions. {title}"
    )
    if clicked.selection.points and (cell := find_cell(cells, clicked.selection.points[0])):
        _open(*cell)
    st.caption(f"{shows} Click a cell to read its posts, or choose one here:")
    _choose_cell(cells)
    show_numbers(market_tables.numbers_of(cells.drop("place"), "the heat map"))


def find_cell(cells: pl.DataFrame, point: dict[str, Any]) -> tuple[str, date] | None:
    """Return the symbol and session of a clicked point; None where the map has none such.

    Parameters
    ----------
    point
        `x` is a session as it stands on the axis, `y` the row from the top, from 0 on. It comes from a
        browser, so it is looked up and not believed.
    """
    try:
        session, place = date.fromisoformat(str(point.get("x"))), int(point.get("y", -1)) + 1
    except (TypeError, ValueError):
        return None
    found = cells.filter(pl.col("place") == place, pl.col("session") == session)
    return (str(found["ticker"][0]), session) if found.height else None


def _choose_cell(cells: pl.DataFrame) -> None:
    """Let a symbol and a session be chosen, with a link to its posts: the keyboard's way to a cell."""
    posted = cells.filter(pl.col("n_posts") > 0)
    if posted.is_empty():
        return
    symbols = posted.select("place", "ticker").unique().sort("place")["ticker"].to_list()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        ticker = filters.choose_one("cell", "Cell of", symbols, symbols[0], show=words.plain, width=150)
        days = posted.filter(pl.col("ticker") == ticker)["session"].sort(descending=True)
        sessions = [day.isoformat() for day in days]
        session = filters.choose_one("on", "In session", sessions, sessions[0], width=150)
        st.page_link(
            TICKER,
            label=f"Posts of {words.inert(ticker)} in this session",
            icon=":material/candlestick_chart:",
            query_params=_address(ticker, date.fromisoformat(session)),
        )


def _open(ticker: str, session: date) -> None:
    st.switch_page(TICKER, query_params=_address(ticker, session))


def _address(ticker: str, session: date) -> dict[str, str]:
    """Return the state of the ticker page: the filters of this page, and the cell's symbol and session."""
    here = {key: value for key, value in st.query_params.to_dict().items() if key not in {"cell", "on"}}
    return {**here, "symbol": ticker, "session": session.isoformat()}
