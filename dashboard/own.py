"""A stored column as the file of an analyst's own regressions, with the command that runs it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from models.estimation.own_written import write_family
from models.estimation.spec import Family, read_spec

FILE = "my_table.toml"
QUESTION = "What do you ask?"
COMMAND = f"emotape regress --specs {FILE}"


def write_own(model: Mapping[str, Any]) -> str | None:
    """Return a stored column as the text of a file to start from; None where no file can say it."""
    if not model.get("spec"):
        return None
    try:
        return write_family(Family("my_table", QUESTION, (read_spec(str(model["spec"])),)))
    except ValueError:
        return None


def show_own(model: Mapping[str, Any]) -> None:
    """Show how to change the sample, effects or inference of a column and run it."""
    text = write_own(model)
    st.markdown(
        "Another outcome, window, horizon, sample, other effects or standard errors: change the file and run "
        "the command; what it estimates appears here by itself, among your own."
    )
    st.code(COMMAND, language="bash")
    if text is None:
        st.caption(
            "This column stands on rows that a file cannot name; `docs/own-specs.md` has one to start from."
        )
        return
    st.code(text, language="toml", wrap_lines=True)
    st.download_button(
        f"This column as {FILE}", text, file_name=FILE, mime="application/toml", icon=":material/download:",
        key="own_specs", on_click="ignore",
    )  # fmt: skip
