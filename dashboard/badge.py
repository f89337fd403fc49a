"""The badge above every page: how fresh it is, and, when something is wrong, what; with a way to more."""

import streamlit as st

from dashboard import queries, words
from dashboard.copy_link import show_copy_link
from dashboard.queries import Edition
from dashboard.queries.health import read_health, read_last_observed
from dashboard.words.health import Concern, badge_text, concerns

HEALTH = "views/health.py"


def find_concerns(edition: Edition | None) -> list[Concern]:
    """Return what is stale, failed, late or thin now, the gravest first."""
    health = read_health()
    return concerns(health.operations, health.trouble, read_last_observed(edition) if edition else [])


def show_badge(edition: Edition, is_health: bool) -> None:
    """Show last post, last close and version in one line; below it the gravest concern, where there is one.

    Parameters
    ----------
    is_health
        Whether the page says itself what is wrong.
    """
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(words.freshness(queries.read_publication(edition), edition.number), width="content")
        show_copy_link()
    found = [] if is_health else find_concerns(edition)
    if found:
        grave = found[0].grave
        st.page_link(
            HEALTH,
            label=f":{'red' if grave else 'orange'}[{badge_text(found)}]",
            icon=":material/error:" if grave else ":material/warning:",
            help=f"{'. '.join(one.text for one in found)}. Opens Data health.",
        )
