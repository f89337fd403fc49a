"""IPO: enthusiasm before the first trade, and returns at and after it."""

import polars as pl
import streamlit as st

from dashboard import evidence, listing, queries
from dashboard.charts import ipo as drawn
from dashboard.queries.ipo import read_listing_paths, read_listings
from dashboard.words import evidence as worded
from dashboard.words import ipo as said

FAMILIES = ["ipo_first_day", "ipo_cross_section", "ipo_bhar", "ipo_after"]

edition = queries.current_edition()
title = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    tagger = evidence.choose_tagger(edition, FAMILIES)
listings = read_listings(edition, tagger)
if listings.is_empty():
    title.title("No listings yet")
    st.info(said.NO_LISTINGS)
    st.stop()
paths = read_listing_paths(edition, tagger)
first, cross, later, after = (evidence.find(edition, family, tagger) for family in FAMILIES)
groups = listing.group_terms(first)

title.title(said.ipo_title(groups["high_less_low"], listings.height))
title.caption(f"{listings.height:,} listings. {said.ENTHUSIASM}")
figure, numbers = st.columns([3, 1])
with figure:
    evidence.show_figure(
        drawn.draw_paths(paths, tagger, bool(queries.read_publication(edition)["simulated"])),
        "paths",
        "Mean return after the first close less the market's, by enthusiasm, with bands",
        "Mean return since the first close less the market's; bands are 95 % intervals for independent "
        "listings. It does not show listings that are gone from the file of prices.",
        listing.paths_behind(paths),
    )
with numbers:
    evidence.show_numbers(said.group_numbers(groups))

st.subheader("High and low enthusiasm, beside the published figures")
if first is None:
    st.info(worded.lacking(" ".join(FAMILIES)))
else:
    listing.show_groups(first, later)
    evidence.show_table(first, leads=True)
st.subheader("First day over enthusiasm")
shown = st.container()
st.subheader("One listing")
chosen = listing.choose_listing(listings)
with shown:
    listing.show_first_days(listings, cross, chosen)
listing.show_listing(listings.filter(pl.col("ticker") == chosen).row(0, named=True), paths)

for found, heading in (
    (cross, "Given proceeds, age, backing and the market?"),
    (later, "And in the long run?"),
    (after, "Does enthusiasm last?"),
):
    if found is not None:
        st.subheader(heading)
        evidence.show_columns(found, "Each interval by itself. It does not show a cause.")
