"""The dashboard: what every page has in common. Started by `emotape serve`."""

import streamlit as st

from dashboard import state
from dashboard.badge import find_concerns, show_badge
from dashboard.queries import Edition, current_edition, read_publication
from dashboard.words.health import Concern
from etl.errors import EmotapeError

SECONDS_BETWEEN_LOOKS = 15
HEALTH = "health"  # the one page that says something where nothing is published

st.set_page_config(
    page_title="emotape", page_icon=":material/show_chart:", layout="wide", initial_sidebar_state=220
)

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
    ]
)


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
    except EmotapeError as error:
        st.info(str(error), icon=":material/info:")
        return None
    return edition


state.arrive(page.url_path)
edition = show_head()
if edition or page.url_path == HEALTH:
    try:
        page.run()
    except EmotapeError as error:
        st.info(str(error), icon=":material/info:")
if edition:
    watch(edition, find_concerns(edition))
else:
    watch(None, [])
