"""A reader's own regression: from a stored column, by choices, to a file, a command, and an estimate."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import own_run, own_state, words
from dashboard.own_choosers import Chooser, fixes_its_method, name_column
from dashboard.own_result import show_result
from dashboard.queries import Edition
from dashboard.queries.own import Held, count_firm_days, read_held
from dashboard.words import own as said
from etl.errors import EmotapeError
from etl.estimate import Made
from models.estimation import FAMILIES
from models.estimation.own_choices import change
from models.estimation.own_specs import OwnSpecsError, parse_family
from models.estimation.own_written import write_family
from models.estimation.spec import Family, Spec, read_spec

NAME = "my_table"
FILE = f"{NAME}.toml"
QUESTION = "What do you ask?"
COMMAND = f"emotape regress --specs {FILE}"


def read_own(model: Mapping[str, Any]) -> Spec | None:
    """Return the spec of a stored column; None where no file can say it."""
    if not model.get("spec"):
        return None
    spec = replace(read_spec(str(model["spec"])), family=NAME, column_no=1)
    return spec if spec.terms and _write(spec) else None


def write_own(model: Mapping[str, Any]) -> str | None:
    """Return a stored column as the text of a file to start from; None where no file can say it."""
    spec = read_own(model)
    return None if spec is None else _write(spec)


def show_own(
    title: DeltaGenerator,
    edition: Edition,
    model: Mapping[str, Any],
    tagger: str,
    per_sd: bool,
    controls: bool,
) -> None:
    """Show the choosers that change a stored column, its file and command, and what came of it.

    Parameters
    ----------
    title
        Where the title of the page goes.
    per_sd, controls
        How its figure is drawn: see `charts.draw_column`.
    """
    start = read_own(model)
    if start is None:
        title.title(said.title(None))
        st.info(said.UNSAYABLE)
        return
    held = read_held(edition, tagger)
    of = name_column(str(model["family"]), str(model["column_no"]))
    _show_start(model, of, start)
    chosen = Chooser(of, start, held).choose()
    spec = replace(change(start, chosen), title=said.heading(chosen, start.title))
    text = _write(spec, said.question(chosen, start.title)) or ""
    family = _parse(text, held)
    made = None if family is None else _show_estimate(edition, tagger, text, family)
    if made is not None:
        show_result(made, own_run.count_tried(), per_sd, controls)
    title.title(said.title(made.models.row(0, named=True) if made else None))
    title.caption(words.inert(said.question(chosen, start.title), 300))
    _show_file(text, tagger)


def _show_start(model: Mapping[str, Any], of: str, start: Spec) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(said.starts_from(str(model["column_no"]), start.title, fixes_its_method(start)))
        if own_state.has_choices(of):
            st.button("Back to the column", icon=":material/undo:", on_click=own_state.forget)


def _show_estimate(edition: Edition, tagger: str, text: str, family: Family) -> Made | None:
    """Show the button, or why there is none; return what was estimated with these choices."""
    spec = family.specs[0]
    n = count_firm_days(edition, tagger, spec.as_json())
    if n > own_run.MOST_FIRM_DAYS:
        st.info(said.too_large(n, own_run.MOST_FIRM_DAYS), icon=":material/terminal:")
        return None
    if not n:
        st.warning(said.no_firm_day(spec.variables))
        return None
    if family.caution != Family.caution:
        st.caption(f":material/warning: {words.inert(family.caution, 600)}")
    with st.container(horizontal=True, vertical_alignment="center"):
        wanted = st.button("Estimate", type="primary", icon=":material/play_arrow:", key="own_estimate")
        st.caption(said.small_enough(n, own_run.MOST_FIRM_DAYS, own_run.SECONDS))
    if not wanted:
        return own_run.find_made(edition, tagger, text)
    try:
        return own_run.run(edition, tagger, text)
    except EmotapeError as error:
        st.error(words.inert(str(error), 1500))
        return None


def _show_file(text: str, tagger: str) -> None:
    st.subheader("The same as a file and a command")
    st.code(COMMAND if tagger == "linear" else f"{COMMAND} --tagger {tagger}", language="bash")
    st.code(text, language="toml", wrap_lines=True)
    st.download_button(
        f"Download {FILE}", text, file_name=FILE, mime="application/toml", icon=":material/download:",
        key="own_specs", on_click="ignore",
    )  # fmt: skip
    st.caption(said.ABOUT_FILE)


def _write(spec: Spec, question: str = QUESTION) -> str | None:
    try:
        return write_family(Family(NAME, question, (spec,)))
    except ValueError:
        return None


def _parse(text: str, held: Held) -> Family | None:
    """Return the family that the command would read, or say what is wrong with it."""
    try:
        return parse_family(tomllib.loads(text), held.columns, FAMILIES)
    except OwnSpecsError as error:
        st.error(said.wrong(error.problems))
        return None
