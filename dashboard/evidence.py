"""A family of stored estimates on a page: what is missing, figure with numbers, words, table, files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboard import figures, filters, queries, words
from dashboard.charts import evidence as drawn
from dashboard.figures import Numbers
from dashboard.queries import Edition
from dashboard.words import evidence as said
from dashboard.words import terms as tabled
from models.estimation import FAMILIES
from models.tables import FILE_FORMATS, FORMATS, regression_table, render, render_bytes
from models.tables.excel import write_workbook

WORKBOOK = "xlsx"
CAUTION = "Associations, not effects."


@dataclass(frozen=True)
class Found:
    """What is stored of one family and tagger."""

    edition: Edition
    family: str
    tagger: str
    models: pl.DataFrame
    terms: pl.DataFrame

    @property
    def question(self) -> str:
        """What the family asks."""
        known = FAMILIES.get(self.family)
        return known.explanation if known else words.inert(self._stored("explanation") or self.family, 200)

    @property
    def caution(self) -> str:
        """What its answer is not."""
        if self.family in FAMILIES:
            return FAMILIES[self.family].caution
        return words.inert(self._stored("caution") or CAUTION, 400)

    def _stored(self, name: str) -> str:
        """Return what an analyst's own family says of itself."""
        return str(self.models[name][0] or "") if name in self.models.columns else ""


def choose_tagger(edition: Edition, families: Sequence[str]) -> str:
    """Choose among the taggers with which any of these families was estimated."""
    models = queries.read_models(edition)
    stored = [] if models.is_empty() else models.filter(pl.col("family").is_in(families))["tagger"].to_list()
    return filters.choose_tagger(sorted(set(stored)) or ["linear"])


def choose_unit() -> str:
    """Choose for which step of a term estimates are drawn: sd or unit."""
    return filters.choose_one(
        "unit", "Estimates", list(filters.UNITS), "sd", show=filters.UNITS.__getitem__, width=130,
        tip="Per SD: for a rise of one standard deviation within firms. Per unit: for a share that goes from "
        "0 to 1.",
    )  # fmt: skip


def find(edition: Edition, family: str, tagger: str) -> Found | None:
    """Return what is stored of a family; None where nothing is."""
    models = queries.read_models(edition)
    if models.is_empty():
        return None
    models = models.filter(pl.col("family") == family, pl.col("tagger") == tagger).sort("column_no")
    if models.is_empty():
        return None
    terms = queries.read_terms(edition).filter(pl.col("result_id").is_in(models["result_id"].to_list()))
    return Found(edition, family, tagger, models, terms)


def of_column(found: Found, column: int) -> Found:
    """Return one column of a family."""
    return replace(found, models=found.models.filter(pl.col("column_no") == column))


def require(edition: Edition, family: str, tagger: str, subject: str) -> Found:
    """Return what is stored of a family; else the page says which command brings it, and ends."""
    found = find(edition, family, tagger)
    if found is None:
        st.title(f"{subject}: nothing estimated yet")
        st.info(said.lacking(family))
        st.stop()
    return found


def part(edition: Edition, family: str, tagger: str, heading: str) -> Found | None:
    """Begin a part of a page; where its family is not stored it says which command brings it."""
    st.subheader(heading)
    found = find(edition, family, tagger)
    if found is None:
        st.info(said.lacking(family))
    return found


def show_numbers(numbers: Sequence[said.Number]) -> None:
    """Show numbers under each other."""
    for number in numbers:
        st.metric(
            number.label,
            number.value,
            number.below or None,
            delta_color="off",
            delta_arrow="off",
            border=True,
            help=number.tip or None,
        )


def show_figure(figure: go.Figure | None, key: str, alt: str, shows: str, *numbers: Numbers) -> None:
    """Show a figure with its sentences and its table; `alt` is read where it cannot be seen."""
    if figure is None:
        st.info("There is no estimate with an interval to draw; the table says what there is.")
        return
    figures.show_figure(figure, key, alt, shows, *numbers)


def show_many(
    drawn_figures: Mapping[str, go.Figure], key: str, columns: int, axis: str, shows: str, *numbers: Numbers
) -> None:
    """Show figures side by side, each under its name, over one table; they stack on a narrow screen."""
    if not drawn_figures:
        st.info("There is no estimate with an interval to draw; the table says what there is.")
        return
    st.caption(axis)
    names = list(drawn_figures)
    for start in range(0, len(names), columns):
        for place, name in zip(st.columns(columns), names[start : start + columns], strict=False):
            with place:
                heading = words.plain(name, 60)
                st.markdown(f"**{words.inert(heading[:1].upper() + heading[1:], 60)}**")
                figures.draw_figure(drawn_figures[name], f"{key} {name}", f"{heading}: {axis}")
    st.caption(shows)
    if numbers:
        figures.show_numbers(*numbers)


def estimates_of(found: Found, of: str = "the figure") -> Numbers:
    """Return the estimates that a figure is drawn from, a row a column of the family and term."""
    rows = tabled.tabulate_columns(found.models, found.terms)
    return Numbers(rows, {name: tabled.HEADS[name] for name in rows.columns}, of)


def show_family(found: Found, shows: str) -> None:
    """Show a family that has one figure: the figure, its sentences, its table."""
    figure = drawn.draw_family(found.models, found.terms)
    show_figure(figure, found.family, found.question, shows, estimates_of(found))
    show_table(found)


def show_columns(found: Found, shows: str) -> None:
    """Show a family of regressions: a figure a column, its sentences, its table."""
    axis = "Points are estimates, bars their 95 % intervals."
    by_column = drawn.draw_columns(found.models, found.terms)
    show_many(by_column, found.family, 2, axis, shows, estimates_of(found, "the figures"))
    show_table(found)


def verdicts(found: Found | None) -> list[str]:
    """Return what is stored in words of each column that was judged."""
    if found is None or "verdict" not in found.models.columns:
        return []
    return [str(verdict) for verdict in found.models["verdict"].drop_nulls()]


def show_verdicts(found: Found, what: str) -> None:
    """Show what the numbers say of each column, in words."""
    rows = [row for row in found.models.iter_rows(named=True) if row.get("verdict")]
    # A table of sentences wraps where a grid would cut; its cells are Markdown, so the text is made inert.
    st.table(
        pl.DataFrame(
            {
                what: [words.inert(row["title"], 60) for row in rows],
                "Would it have paid?": [words.inert(row["verdict"], 400) for row in rows],
            }
        ),
        hide_index=True,
    )


def show_table(found: Found, leads: bool = False) -> None:
    """Show the caution (boxed where the family leads a page), the table as exported, files, and tests."""
    if leads:
        st.info(found.caution)
    else:
        st.caption(f"**Caution.** {found.caution}")
    with st.expander("The table as exported, and its files"):
        show_files(found)
        with st.container(height=520, border=False):
            st.markdown(write_table(found.edition, found.family, found.tagger))
    show_tests(found)


def show_tests(found: Found) -> None:
    """Show what was tested in each column, in words, behind one click."""
    with st.expander("What was tested, column by column"):
        st.dataframe(
            _tell_tests(found),
            column_config={
                "Column": st.column_config.TextColumn(width="medium"),
                "Tested": st.column_config.TextColumn(width="large"),
            },
            hide_index=True,
        )


def show_files(found: Found) -> None:
    """Offer the table in every format; a file is written when it is asked for."""
    with st.container(horizontal=True):
        for name in (*FORMATS, *FILE_FORMATS, WORKBOOK):
            words_for, mime = words.DOWNLOADS[name]
            st.download_button(
                words_for,
                _Writer(found.edition, found.family, found.tagger, name),
                file_name=f"{words.file_name(found.family, found.tagger)}.{name}",
                mime=mime,
                icon=":material/download:",
                key=f"download {found.family} {name}",
                on_click="ignore",
            )


@dataclass(frozen=True)
class _Writer:
    """Writes one file when it is called."""

    edition: Edition
    family: str
    tagger: str
    format_name: str

    def __call__(self) -> bytes:
        return write_file(self.edition, self.family, self.tagger, self.format_name)


@st.cache_data(max_entries=60, show_spinner=False)
def write_table(edition: Edition, family: str, tagger: str) -> str:
    """Return a family's table as Markdown."""
    found = find(edition, family, tagger)
    return "" if found is None else render(regression_table(found.models, found.terms), "md")


@st.cache_data(max_entries=60, show_spinner=False)
def write_file(edition: Edition, family: str, tagger: str, format_name: str) -> bytes:
    """Return a family's table as a file."""
    found = find(edition, family, tagger)
    if found is None:
        return b""
    table = regression_table(found.models, found.terms)
    return (
        write_workbook([table], found.models) if format_name == WORKBOOK else render_bytes(table, format_name)
    )


def _tell_tests(found: Found) -> pl.DataFrame:
    rows = found.models.to_dicts()
    return pl.DataFrame(
        {
            "Column": [f"({row['column_no']}) {words.plain(row['title'], 60)}" for row in rows],
            "Tested": [words.test_sentence(row) for row in rows],
            "Sample": [words.sample_sentence(row) for row in rows],
        }
    )
