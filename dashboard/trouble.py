"""What went wrong, as a sentence for readers: they need not know where on the machine a warehouse lies."""

import logging

import streamlit as st

from dashboard.words.health import file_names_only
from etl.errors import EmotapeError
from etl.settings import open_home

log = logging.getLogger(__name__)


def show_trouble(error: EmotapeError) -> None:
    """Show a failure without the folders of paths; the log of the server has it whole."""
    log.warning("%s", error)
    home = str(open_home(None).path)
    st.info(file_names_only(str(error).replace(home, "this warehouse"), home), icon=":material/info:")
