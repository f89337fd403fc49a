"""The dashboard: what every page has in common. Started by `emotape serve`."""

import streamlit as st

from dashboard import state
from dashboard.badge import find_concerns, show_badge
from dashboard.newcomer import show_start, show_welcome
from dashboard.queries import Edition, current_edition, is_anything_published, read_publication
from dashboard.sign_in import admit
from dashboard.trouble import show_trouble
from dashboard.words.health import Concern
from etl.errors import EmotapeError

SECONDS_BETWEEN_LOOKS = 15
HEALTH = "health"  # the one page that says something where nothing is published

st.set_page_config(
    page_title="emotape", page_icon=":material/show_chart:", layout="wide", initial_sidebar_state=220
)

admitted = admit()

# In the order of the morning: what is felt, what it is worth, how far to trust it.
page = st.navigation(
    [
        st.Page("views/mood.py", title="Market mood", icon=":material/mood:", default=True),
        st.Page("views/ticker.py", title="Ticker", icon=":material/candlestick_chart:", url_path="ticker"),
        st.Page("views/regressions.py", title="Regressions", icon=":material/function:"),
        st.Page("views/volatility.py", title="Volatility", icon=":material/show_chart:"),
        st.Page("views/ipo.py", title="IPO", icon=":material/rocket_launch:"),
        st.Page("views/persistence.py", title="Persistence", icon=":material/timelapse:"),
        st.Page("views/robustness.py", title="Robustness", icon=":material/rule:"),
        st.Page("views/trading.py", title="Would it have paid?", icon=":material/payments:"),
        st.Page("views/lineage.py", title="Lineage", icon=":material/account_tree:", url_path="lineage"),
        st.Page("views/tagger.py", title="Tagger", icon=":material/label:", url_path="tagger"),
        st.Page("views/health.py", title="Data health", icon=":material/monitor_heart:", url_path=HEALTH),
    ],
    position="sidebar" if admitted else "hidden",
)
if not admitted:
    st.stop()


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def watch(shown: Edition | None, said: list[Concern]) -> None:
    """Show a newly published version, and what has become late or has failed, by itself."""
    try:
        newest = current_edition()
        concerns = find_concerns(newest)
    except EmotapeError:
        return
    if newest != shown or concerns != said:
        st.rerun()


def show_head() -> Edition | None:
    """Show what stands above every page, and return the version shown; None where there is none to show."""
    try:
        edition = current_edition()
        show_badge(edition, is_health=page.url_path == HEALTH)
        if read_publication(edition)["simulated"]:
            st.warning("All data on this page are simulated.", icon=":material/science:")
            if not page.url_path:
                show_welcome()
    except EmotapeError as error:
        if is_anything_published() or page.url_path == HEALTH:
            show_trouble(error)
        else:
            show_start()
        return None
    return edition


def find_newest() -> Edition | None:
    """Return the version that the pointer names, readable or not; None where nothing is published."""
    try:
        return current_edition()
    except EmotapeError:
        return None


state.arrive(page.url_path)
newest = find_newest()
edition = show_head()
if edition or page.url_path == HEALTH:
    try:
        page.run()
    except EmotapeError as error:
        show_trouble(error)
watch(newest, find_concerns(edition) if edition else [])
