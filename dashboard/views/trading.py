"""Would it have paid? Forecasts out of sample, and portfolios after costs."""

import streamlit as st

from dashboard import evidence, queries
from dashboard.charts import evidence as drawn
from dashboard.words import evidence as said
from models.tables.answers import find_term, widest_spread

edition = queries.current_edition()
title = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    tagger = evidence.choose_tagger(edition, ["portfolios", "return_forecasts", "volatility_forecasts"])
found = evidence.require(edition, "portfolios", tagger, "Would it have paid?")
forecasts = evidence.find(edition, "return_forecasts", tagger)
best = widest_spread(found.models, found.terms)

title.title(said.trading_title(evidence.verdicts(found), evidence.verdicts(forecasts)))
title.caption(
    f"{found.question} Each session firms are sorted by one emotion of the posts before its open; one "
    "extreme group is bought and the other sold, in the direction that earned in this very sample."
)
figure, numbers = st.columns([3, 1])
with figure:
    evidence.show_figure(
        drawn.draw_after_costs(found.models, found.terms),
        "after_costs",
        "Spread of each signal's portfolios before and after costs, with 95 % intervals",
        "Points are means a session, bars their 95 % intervals. A side: for each dollar bought "
        "or sold. The direction is chosen in hindsight, which flatters. It does not show what a "
        "trader would have earned.",
        evidence.estimates_of(found),
    )
with numbers:
    if best:
        terms = [
            find_term(found.models, found.terms, best["column_no"], name)
            for name in ("long_short", "net_10", "break_even")
        ]
        evidence.show_numbers(said.trading_numbers(str(best["title"]), *terms))
evidence.show_verdicts(found, "Portfolio")
st.markdown("**What each group of firms earned**")
evidence.show_many(
    drawn.draw_groups(found.models, found.terms),
    "groups",
    4,
    "Mean return in basis points a session, firms from least (1) to most of the emotion; hatched: highest "
    "less lowest",
    "Whiskers are 95 % intervals; before costs. Eight signals are eight chances to find something.",
    evidence.estimates_of(found, "the figures"),
)
evidence.show_table(found, leads=True)

for family, heading in {
    "return_forecasts": "Would emotions have forecast returns?",
    "volatility_forecasts": "Would they have made forecasts of volatility better?",
}.items():
    if more := evidence.part(edition, family, tagger, heading):
        evidence.show_verdicts(more, "Forecast")
        evidence.show_table(more)
