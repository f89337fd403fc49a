"""What came of a reader's own regression: shown like a stored column, and marked as none."""

from dataclasses import dataclass

import polars as pl
import streamlit as st

from dashboard import charts, evidence, words
from dashboard.words import own as said
from dashboard.words import terms
from etl.estimate import Made
from models.tables import FILE_FORMATS, FORMATS, regression_table, render, render_bytes
from models.tables.excel import write_workbook

FILE_NAME = "my-table-not-stored"


def show_result(made: Made, tried: int, per_sd: bool, controls: bool) -> None:
    """Show an estimate that is not stored: figure, joint test, table with notes, adjusted p-values, files.

    Parameters
    ----------
    made
        One model and its terms.
    tried
        How many regressions were estimated in this session.
    per_sd, controls
        As in `charts.draw_column`.
    """
    models = mark(made.models)
    model = models.row(0, named=True)
    st.subheader("What came of it")
    st.warning(said.not_stored(tried), icon=":material/science:")
    figure, facts = st.columns([2, 1])
    with figure:
        evidence.show_figure(
            charts.draw_column(models, made.terms, per_sd, controls),
            "own coefficients",
            "Estimates of your own regression with 95 % intervals",
            "Points are estimates, bars their 95 % intervals, each by itself: a bar across zero cannot be "
            "told from zero. It does not show what causes what.",
        )
    with facts:
        st.metric(
            "Joint test",
            "none" if model["joint_p"] is None else words.p_value(model["joint_p"]),
            border=True,
            help="The p-value of the hypothesis that all terms of interest are zero together.",
        )
        st.markdown(words.test_sentence(model))
        st.markdown(words.sample_sentence(model))
        st.info(words.inert(str(model["caution"]).removeprefix(said.MARK).strip(), 600))
    absent = terms.absent(models, made.terms)
    st.dataframe(
        terms.tabulate(models, made.terms),
        column_config=terms.COLUMNS,
        column_order=[name for name in terms.COLUMNS if name not in absent],
        hide_index=True,
        placeholder="–",
    )
    st.caption(terms.say_unit(model) if "p, RW" in absent else f"{terms.say_unit(model)} {terms.ADJUSTED}")
    _show_files(models, made.terms)
    with st.container(height=520, border=False):
        st.markdown(render(regression_table(models, made.terms), "md"))


def mark(models: pl.DataFrame) -> pl.DataFrame:
    """Return models whose notes say, in every format, that they are stored nowhere."""
    return models.with_columns(caution=pl.lit(f"{said.MARK} ") + pl.col("caution"))


def _show_files(models: pl.DataFrame, rows: pl.DataFrame) -> None:
    with st.container(horizontal=True):
        for name in (*FORMATS, *FILE_FORMATS, evidence.WORKBOOK):
            words_for, mime = words.DOWNLOADS[name]
            st.download_button(
                words_for,
                _Writer(models, rows, name),
                file_name=f"{FILE_NAME}.{name}",
                mime=mime,
                icon=":material/download:",
                key=f"download own {name}",
                on_click="ignore",
            )


@dataclass(frozen=True)
class _Writer:
    """Writes one file when it is called."""

    models: pl.DataFrame
    rows: pl.DataFrame
    format_name: str

    def __call__(self) -> bytes:
        table = regression_table(self.models, self.rows)
        if self.format_name == evidence.WORKBOOK:
            return write_workbook([table], self.models)
        return render_bytes(table, self.format_name)
