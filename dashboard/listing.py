"""Parts of the page of initial public offerings: the groups beside the published figures, and one listing."""

import polars as pl
import streamlit as st

from dashboard import evidence, filters, words
from dashboard import listing_tables as tables
from dashboard.charts import ipo as drawn
from dashboard.figures import Numbers
from dashboard.words import ipo as said
from models.ipo.paths import average_paths
from models.tables.answers import Facts, find_term

BY_ENTHUSIASM = 2  # the column of the table of first-day returns


def group_terms(found: evidence.Found | None) -> dict[str, Facts | None]:
    """Return the stored first-day means of high and of low enthusiasm, and their difference."""
    if found is None:
        return dict.fromkeys(said.GROUPS)
    return {name: find_term(found.models, found.terms, BY_ENTHUSIASM, name) for name in said.GROUPS}


def show_groups(first: evidence.Found, later: evidence.Found | None) -> None:
    """Show group means beside the published ones; later returns where they are stored."""
    rows = [("First day", name, row) for name, row in group_terms(first).items() if row]
    if later is not None:
        for model in later.models.filter(pl.col("title").str.contains("enthusiasm")).iter_rows(named=True):
            what = str(model["title"]).removesuffix(", by enthusiasm").capitalize()
            found = {
                name: find_term(later.models, later.terms, model["column_no"], name) for name in said.GROUPS
            }
            rows += [(what, name, row) for name, row in found.items() if row]
    if not rows:
        st.info("Too few listings have posts before their first trade to be cut into two groups.")
        return
    percent = st.column_config.NumberColumn(format="%.1f")
    st.dataframe(
        said.tabulate_groups(rows),
        column_config=dict.fromkeys(("Here, %", "95 % low", "95 % high"), percent)
        | {
            "p": st.column_config.TextColumn(width="small"),
            "Published, %": st.column_config.NumberColumn(format="%.2f", help=said.BESIDE),
        },
        hide_index=True,
        placeholder="–",
    )
    st.caption(f"{said.ENTHUSIASM} {said.BESIDE}")


def show_first_days(listings: pl.DataFrame, cross: evidence.Found | None, chosen: str) -> None:
    """Show each listing's first day over its enthusiasm, with the stored line where there is one."""
    known = listings.drop_nulls(["enthusiasm", "first_day_return"])
    if known.is_empty():
        st.info("No listing has both a first-day return and posts before its first trade.")
        return
    evidence.show_figure(
        drawn.draw_first_days(known, _stored_line(cross), chosen),
        "first_days",
        f"First-day return of {known.height} listings over their enthusiasm",
        f"{known.height:,} listings; the large one is chosen below. Dashed: the stored regression without "
        "controls or effects. It does not show that enthusiasm raises prices: the eager may know more.",
        Numbers(said.list_first_days(known), tables.FIRST_DAYS),
    )


def paths_behind(paths: pl.DataFrame) -> Numbers:
    """Return the mean paths of the groups that are drawn, with their bands and the listings that are left."""
    return Numbers(said.list_paths(average_paths(paths)), tables.PATHS)


def choose_listing(listings: pl.DataFrame) -> str:
    """Choose one offering, newest first."""
    tickers = listings.sort("first_trade", "ticker", descending=[True, False])["ticker"].to_list()
    return filters.choose_one(
        "listing", "Listing", tickers, tickers[0], tip="Newest listings first.", show=words.plain, width=200
    )


def show_listing(listing: Facts, paths: pl.DataFrame) -> None:
    """Show one offering: what is known, its numbers, its path beside the market's."""
    st.caption(words.inert(said.listing_sentence(listing), 300))
    for place, number in zip(st.columns(4), said.listing_numbers(listing), strict=True):
        with place:
            evidence.show_numbers([number])
    path = paths.filter(pl.col("ticker") == listing["ticker"])
    if path.is_empty():
        st.info(
            "There are no prices from its first session on: `emotape load prices FILE`, then `emotape build`."
        )
        return
    evidence.show_figure(
        drawn.draw_listing(path),
        "listing",
        "Return since the first close, beside the market",
        "From the first close on, so the first day itself is not in it. One listing shows nothing of others.",
        Numbers(said.list_path(path), tables.PATH),
    )


def _stored_line(cross: evidence.Found | None) -> tuple[float, float] | None:
    """Return intercept and slope of first-day returns on enthusiasm alone, where they are stored."""
    if cross is None:
        return None
    alone = cross.models.filter(pl.col("title") == "Enthusiasm, no effects")
    if alone.is_empty():
        return None
    column = alone["column_no"][0]
    ends = [find_term(cross.models, cross.terms, column, name) for name in ("(Intercept)", "enthusiasm")]
    return (ends[0]["estimate"], ends[1]["estimate"]) if ends[0] and ends[1] else None
