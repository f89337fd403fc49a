"""The parts of the page Data health: runs, price gaps, refusals and versions, each a table with its words."""

import polars as pl
import streamlit as st

from dashboard import filters, words
from dashboard.queries import health as queries
from dashboard.queries.edition import Edition
from dashboard.queries.health import Health
from dashboard.words import health as said
from dashboard.words import health_tables as tables

Text, Number = st.column_config.TextColumn, st.column_config.NumberColumn
Moment, Day = st.column_config.DatetimeColumn, st.column_config.DateColumn
MOST_WRAPPED = 15  # rows of reasons
MINUTE, DAY = "YYYY-MM-DD HH:mm", "YYYY-MM-DD"
CALENDAR = {
    "ticker": Text("Symbol", pinned=True),
    "session": Day("Session", format=DAY),
    "coverage": Number(
        "Observed", format="percent", help="Of the session's time; of both windows the lesser."
    ),
    "mean_coverage": Number("Of all sessions shown", format="percent"),
}


def show_freshness(health: Health) -> None:
    """Show how old what each source gave is, against the ages from which it is late and stale."""
    st.subheader("Freshness by source")
    rows = tables.freshness_rows(health.operations)
    if rows.is_empty():
        st.info(
            "No live source is followed here. Name symbols in `emotape.toml` (`emotape config --example`), "
            "then run `emotape refresh`; files loaded by hand have no age."
        )
        return
    st.dataframe(
        rows,
        column_config={
            "state": Text("State", pinned=True),
            "source": Text("Source"),
            "kind": Text("Gives"),
            "age": Text("Age", help="Of posts: since the source last answered, whatever it said. Of prices: "
                        "since the close of the first session that has none."),
            "warn_hours": Number("Late from (hours)", format="%.0f"),
            "error_hours": Number("Stale from (hours)", format="%.0f",
                                  help="`emotape status` then ends with exit code 1."),
            "answered_at": Moment("Last answered (UTC)", format=MINUTE, timezone="UTC"),
        },
        hide_index=True,
        alt="Freshness by source.",
        placeholder="–",
    )  # fmt: skip
    st.caption(
        "An answer is not yet news: a source may be up and have nothing new. The ages are settings: "
        "`emotape config`, freshness."
    )


def show_runs(health: Health) -> None:
    """Show the last runs, and of a chosen one what was not done and why."""
    st.subheader("The last runs")
    if health.trouble:
        st.warning(words.inert(health.trouble, 600), icon=":material/error:")
        return
    runs = tables.run_rows(health.operations)
    if runs.is_empty():
        st.info("No run yet: `emotape refresh` runs once, `emotape schedule` prints what runs it every day.")
        return
    counts = {
        "rows_new": "New", "rows_updated": "Updated", "rows_duplicate": "Known",
        "rows_quarantined": "Refused", "requests": "Requests", "retries": "Retries",
    }  # fmt: skip
    tips = {
        "rows_new": "Rows of posts, prices and figures that were not stored before.",
        "rows_duplicate": "Rows that came again as they are stored.",
        "rows_quarantined": "Rows that could not be used; their reasons stand below, under Refused rows.",
        "requests": "Retries included.",
    }
    st.dataframe(
        runs,
        column_config={
            "run_id": Number("Run", pinned=True, width=55),
            "started_at": Moment("Started (UTC)", format=MINUTE, timezone="UTC", width=130),
            "took": Text("Took", width=95),
            "outcome": Text("Outcome", width=115),
            **{name: Number(word, format="localized", help=tips.get(name), width=75)
               for name, word in counts.items()},
            "published_version": Number("Published", help="The version that the run published; none where "
                                        "nothing was new.", width=80),
            "message": Text("In one sentence", width="large"),
        },
        hide_index=True,
        alt="The last runs.",
        placeholder="–",
    )  # fmt: skip
    is_running = health.operations.get("running") is not None
    labels = {str(run["run_id"]): said.run_label(run, is_running) for run in health.operations["runs"]}
    chosen = filters.choose_one("run", "Not done in run", list(labels), next(iter(labels)),
                                show=lambda name: labels[name], width=340)  # fmt: skip
    run = next(run for run in health.operations["runs"] if str(run["run_id"]) == chosen)
    if message := said.run_message(run):
        st.caption(message)
    _show_troubles(run["run_id"])


def _show_troubles(run_id: int) -> None:
    rows = tables.trouble_rows(queries.read_run_troubles(run_id))
    if rows.is_empty():
        st.caption(f"Run {run_id}: no step failed, was cut short or stopped.")
        return
    # A reason is a sentence: it has to wrap, which the cells of a data frame do not.
    st.table(
        tables.inert_rows(rows.head(MOST_WRAPPED)), hide_index=True, alt=f"What run {run_id} did not do."
    )
    left_out = rows.height - MOST_WRAPPED
    more = f" {left_out:,} more rows: `emotape status --json`." if left_out > 0 else ""
    st.caption(f"What has one reason stands in one row.{more} The next run asks again for what is missing.")


def show_price_gaps(edition: Edition) -> None:
    """Show which symbols lack a price between their first and their last."""
    st.subheader("Price gaps")
    gaps = queries.read_price_gaps(edition)
    if gaps.is_empty():
        st.caption("No symbol lacks a session's price between its first and its last.")
        return
    st.dataframe(
        gaps.with_columns(
            pl.col("ticker").map_elements(words.plain, return_dtype=pl.String), pl.col("share") * 100
        ),
        column_order=["ticker", "n_gaps", "share", "first_gap", "last_gap"],
        column_config={
            "ticker": Text("Symbol", pinned=True),
            "n_gaps": Number(
                "Missing", format="localized", help="Sessions of the exchange without a price of the symbol."
            ),
            "share": Number("Share (%)", format="%.1f", help="Of its sessions from first to last price."),
            "first_gap": Day("First", format=DAY),
            "last_gap": Day("Last", format=DAY),
        },
        hide_index=True,
        alt="Price gaps by symbol.",
    )
    st.caption(
        f"{gaps['n_gaps'].sum():,} sessions of {gaps.height:,} symbols. A gap is never filled; a halt, a "
        "listing elsewhere and a source that failed look the same here."
    )


def show_refusals(edition: Edition) -> None:
    """Show what was refused, by kind, file and reason."""
    st.subheader("Refused rows")
    refused = queries.read_quarantine(edition)
    if refused is None:
        st.info("This version was built before refusals were published: run `emotape build`.")
        return
    if refused.is_empty():
        st.caption("Nothing was refused: every row of every file could be used.")
        return
    st.dataframe(
        tables.refusal_rows(refused),
        column_order=["n_rows", "kind", "reason", "file", "first_line"],
        column_config={
            "n_rows": Number("Rows", format="localized", pinned=True, width=70),
            "kind": Text("Kind", width=70),
            "reason": Text("Reason", width=265),
            "file": Text("File", help="Its name alone, or the address of a page.", width=150),
            "first_line": Number("First line", format="localized", width=80),
        },
        hide_index=True,
        alt="Refused rows by kind, reason and file.",
    )
    total, shown = refused["n_reasons"][0], refused.height
    more = f" Shown are the {shown:,} most frequent." if shown < total else ""
    st.caption(
        f"{refused['n_refused'][0]:,} rows in quarantine as of this version, for {total:,} reasons and files."
        f"{more} They are counted nowhere else."
    )


def show_versions(edition: Edition) -> None:
    """Show the versions that are kept."""
    st.subheader("Published versions")
    st.dataframe(
        queries.read_versions(edition),
        column_order=[
            "number", "built_at", "n_posts", "last_post_at", "n_prices", "last_price", "n_models",
            "estimated_at", "code_version",
        ],
        column_config={
            "number": Number("Version", pinned=True, width=70),
            "built_at": Moment("Built (UTC)", format=MINUTE),
            "n_posts": Number("Posts", format="localized"),
            "last_post_at": Moment("Last post (UTC)", format=MINUTE),
            "n_prices": Number("Prices", format="localized"),
            "last_price": Day("Last close", format=DAY),
            "n_models": Number(
                "Estimates", format="localized", help="Columns of regression tables that are stored with it."
            ),
            "estimated_at": Moment("Estimated (UTC)", format=MINUTE),
            "code_version": Text("Built by emotape"),
        },
        hide_index=True,
        alt="Published versions.",
        placeholder="–",
    )  # fmt: skip
    st.caption(
        f"Shown everywhere here: version {edition.number}. A version never changes; new estimates on the "
        "same data are a version of their own. A row of dashes is a version that cannot be read."
    )
