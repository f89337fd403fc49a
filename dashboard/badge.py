"""The badge above every page: how fresh it is, and, when something is wrong, what; with a way to more."""

import streamlit as st

from dashboard import queries, words
from dashboard.queries import Edition
from dashboard.queries.health import read_health, read_last_observed
from dashboard.words.health import badge_text, concerns

HEALTH = "views/health.py"


def show_badge(edition: Edition, is_health: bool) -> None:
    """Show last post, last close and version in one line; below it the gravest concern, where there is one.

    Parameters
    ----------
    is_health
        Whether the page says itself what is wrong.
    """
    publication = queries.read_publication(edition)
    st.caption(words.freshness(publication, edition.number))
    if is_health:
        return
    health = read_health()
    found = concerns(health.operations, health.trouble, read_last_observed(edition))
    if found:
        grave = found[0].grave
        st.page_link(
            HEALTH,
            label=f":{'red' if grave else 'orange'}[{badge_text(found)}]",
            icon=":material/error:" if grave else ":material/warning:",
            help="Opens Data health: what is late, what was not observed, what the last runs did.",
        )
