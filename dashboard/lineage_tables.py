"""The tables of the page of lineage: numbers in the units of their headings."""

from typing import Any

import polars as pl
import streamlit as st

from dashboard.words import WINDOWS
from dashboard.words.lineage import WHOLE, Scale
from models.tables.labels import DECIMALS, describe

# As text: a body is never Markdown and never HTML.
POST_COLUMNS = {
    "available_at": st.column_config.DatetimeColumn("Time (UTC)", format="YYYY-MM-DD HH:mm", width=130),
    "body": st.column_config.TextColumn("Post", width=430),
    "emotion": st.column_config.TextColumn("Emotion", width=80),
    "probability": st.column_config.ProgressColumn(
        "Confidence",
        format="percent",
        min_value=0,
        max_value=1,
        width="small",
        help="The tagger's probability of the emotion it names.",
    ),
    "sentiment": st.column_config.TextColumn("Author's tag", width=95),
    "name": st.column_config.TextColumn("Source and number", width=150),
}


def list_firm_days(
    rows: pl.DataFrame, estimate: float, scale: Scale, outcome: str, term: str
) -> pl.DataFrame:
    """Return firm-days in the units of `firm_day_columns`."""
    return rows.select(
        "place",
        "ticker",
        "session",
        "n_posts",
        change=pl.col("dfbeta") * scale.factor,
        without=(estimate - pl.col("dfbeta")) * scale.factor,
        dfbetas="dfbetas",
        share=pl.col("share") * 100,
        value=pl.col("value") * _times(term),
        outcome=pl.col("outcome") * _times(outcome),
        leverage=pl.col("leverage") * 100,
        partial=pl.col("partial_leverage") * 100,
    )


def firm_day_columns(outcome: str, term: str, scale: Scale) -> dict[str, Any]:
    """Head the columns of `list_firm_days`, with what each means."""
    number = st.column_config.NumberColumn
    digits = f"%+.{scale.digits + 1}f"
    unit = f", {scale.unit}" if scale.unit else ""
    return {
        "place": number("No.", width=45, help="By how much it moves the coefficient; 1 moves it most."),
        "ticker": st.column_config.TextColumn("Symbol", width=70),
        "session": st.column_config.DateColumn("Session", format="YYYY-MM-DD", width=95),
        "n_posts": number(
            "Posts", format="localized", width=60, help="In the window behind this coefficient, as stored."
        ),
        "change": number(
            f"Moves it by{unit}", format=digits, width=105,
            help="DFBETA: the coefficient less what it is without the firm-day, firm and session effects "
            "estimated anew (Belsley, Kuh and Welsch 1980).",
        ),
        "without": number(f"Without it{unit}", format=digits, width=95),
        "dfbetas": number(
            "In std. errors", format="%+.3f", width=95,
            help="DFBETAS: by how many standard errors of the coefficient the firm-day moves it.",
        ),
        "share": number(
            "Carries, %", format="%.2f", width=85,
            help="Its share of the coefficient: regressor times outcome, both less effects and other "
            "terms, over the sum of that. Shares sum to 100 %; one below zero pulls the other way.",
        ),
        "value": number(
            f"Regressor{_in(term)}", format="%.1f" if _times(term) > 1 else "%.4g", width=95,
            help=f"{describe(term).label}.",
        ),
        "outcome": number(
            f"Outcome{_in(outcome)}", format="%.0f" if _times(outcome) > 1 else "%.4g", width=90,
            help=f"{describe(outcome).label}, winsorised where the sample is.",
        ),
        "leverage": number(
            "Leverage, %", format="%.2f", width=85,
            help="How strongly it pulls its own fitted value; of all terms and absorbed effects.",
        ),
        "partial": number(
            "Of this term, %", format="%.3f", width=100,
            help="Partial leverage: its share of the regressor's variation that nothing else explains.",
        ),
    }  # fmt: skip


def list_drawn(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the points of the figure, in the data's own units."""
    return rows.select("place", "ticker", "session", "n_posts", "value_part", "outcome_part", "residual")


def drawn_columns() -> dict[str, Any]:
    """Head the columns of `list_drawn`."""
    number = st.column_config.NumberColumn
    return {
        "place": number("No."),
        "ticker": st.column_config.TextColumn("Symbol"),
        "session": st.column_config.DateColumn("Session", format="YYYY-MM-DD"),
        "n_posts": number("Posts", format="localized"),
        "value_part": number("Regressor, less all else", format="%.4f"),
        "outcome_part": number("Outcome, less all else", format="%.5f", help="As a decimal: 0.01 is 100 bp."),
        "residual": number("Residual", format="%.5f"),
    }


def list_counted(where: pl.DataFrame, scale: Scale) -> pl.DataFrame:
    """Return where a post counted in the units of `counted_columns`."""
    return where.select(
        "ticker",
        "session",
        pl.col("window_name").replace(WINDOWS),
        "n_posts",
        "value",
        "mean",
        "contribution",
        share=pl.col("share") * 100,
        in_sample="in_sample",
        change=pl.col("dfbeta") * scale.factor,
        dfbetas="dfbetas",
    )


def counted_columns(measure: str, scale: Scale) -> dict[str, Any]:
    """Head the columns of `list_counted`."""
    number = st.column_config.NumberColumn
    unit = f", {scale.unit}" if scale.unit else ""
    return {
        "ticker": st.column_config.TextColumn("Symbol", width=70),
        "session": st.column_config.DateColumn("Session", format="YYYY-MM-DD", width=95),
        "window_name": st.column_config.TextColumn("Window"),
        "n_posts": number("Posts in it", format="localized"),
        "value": number(f"{measure.capitalize()} of the post", format="%.3f"),
        "mean": number("Mean of the window", format="%.3f"),
        "contribution": number("Makes of it", format="%.4f", help="Its value over the number of posts."),
        "share": number("Makes of it, %", format="%.1f"),
        "in_sample": st.column_config.CheckboxColumn("In the sample"),
        "change": number(f"Firm-day moves it by{unit}", format=f"%+.{scale.digits + 1}f"),
        "dfbetas": number("In std. errors", format="%+.3f"),
    }


def _times(name: str) -> float:
    kind = describe(name).kind
    return 1e4 if kind in DECIMALS else 100.0 if kind in WHOLE else 1.0


def _in(name: str) -> str:
    kind = describe(name).kind
    return ", bp" if kind in DECIMALS else ", %" if kind in WHOLE else ""
