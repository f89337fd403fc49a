"""Rows of the tables about the daily run, in words; a heading with a unit says it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl

from dashboard.words.health import LEVELS, OUTCOMES, SOURCES, age, duration, run_outcome, took
from dashboard.words.plain import inert, plain

KINDS_OF_STEPS = {
    "posts": "Newest posts",
    "older posts": "Older posts",
    "figures": "Figures of firms",
    "ipos": "Public offerings",
    "inbox": "Files",
}
LONGEST_REASON = 400


def freshness_rows(operations: Mapping[str, Any]) -> pl.DataFrame:
    """Return one row a source: what it gives, how old that is, and from which age on it is late or stale."""
    rows = [
        {
            "state": LEVELS[source["level"]],
            "source": SOURCES.get(source["source"]) or plain(source["source"]),
            "kind": str(source["kind"]).capitalize(),
            "age": None if source["age_hours"] is None else age(source["age_hours"]),
            "warn_hours": source["warn_hours"],
            "error_hours": source["error_hours"],
            "answered_at": source["answered_at"],
        }
        for source in operations.get("freshness", ())
    ]
    return pl.DataFrame(
        rows,
        {
            "state": pl.String,
            "source": pl.String,
            "kind": pl.String,
            "age": pl.String,
            "warn_hours": pl.Float64,
            "error_hours": pl.Float64,
            "answered_at": pl.Datetime("us", "UTC"),
        },
    )


def calendar_rows(calendar: pl.DataFrame) -> pl.DataFrame:
    """Return the calendar of coverage with its symbols on one line."""
    return calendar.with_columns(pl.col("ticker").map_elements(plain, return_dtype=pl.String))


def run_rows(operations: Mapping[str, Any]) -> pl.DataFrame:
    """Return one row a run, the newest first: when, how long, how it ended, and what it moved."""
    is_running = operations.get("running") is not None
    counted = ("rows_new", "rows_updated", "rows_duplicate", "rows_quarantined", "requests", "retries")
    rows = []
    for run in operations.get("runs", ()):
        time = took(run)
        rows.append(
            {
                "run_id": run["run_id"],
                "started_at": datetime.fromisoformat(run["started_at"]),
                "took": None if time is None else duration(time.total_seconds()),
                "outcome": OUTCOMES[run_outcome(run, is_running)],
                **{name: run[name] for name in counted},
                "published_version": run["published_version"],
                "message": plain(run["message"] or "", LONGEST_REASON) or None,
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def trouble_rows(steps: pl.DataFrame) -> pl.DataFrame:
    """Return one row a reason: what was not done, of whom, for which symbols or files, and why."""
    if steps.is_empty():
        return steps
    gathered = steps.group_by("kind", "source", "outcome", "reason", maintain_order=True).agg(
        n_steps=pl.len(), subject=pl.col("subject").filter(pl.col("subject") != "").str.join(", ")
    )
    rows = [
        {
            "kind": KINDS_OF_STEPS.get(row["kind"]) or str(row["kind"]).capitalize(),
            "source": SOURCES.get(row["source"]) or plain(row["source"]),
            "subject": plain(row["subject"], LONGEST_REASON),
            "outcome": OUTCOMES.get(row["outcome"], row["outcome"]),
            "n_steps": row["n_steps"],
            "reason": plain(row["reason"] or "No reason was noted.", LONGEST_REASON),
        }
        for row in gathered.iter_rows(named=True)
    ]
    return pl.DataFrame(rows)


def inert_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return what was not done under headings, its texts so that Markdown shows them as they are."""
    texts = pl.col(pl.String).map_elements(lambda text: inert(text, LONGEST_REASON), return_dtype=pl.String)
    return rows.with_columns(texts).select(
        pl.when(pl.col("source") == "")
        .then("kind")
        .otherwise(pl.concat_str("kind", pl.lit(" of "), "source"))
        .alias("What"),
        pl.col("reason").alias("Why"),
        pl.col("outcome").alias("Outcome"),
        pl.col("n_steps").alias("Steps"),
        pl.col("subject").alias("For"),
    )


def refusal_rows(refused: pl.DataFrame) -> pl.DataFrame:
    """Return the quarantine with the names of files alone, its texts on one line."""
    return refused.with_columns(
        pl.col("kind").str.replace_all("_", " ").str.to_titlecase(),
        pl.col("file").map_elements(_name_file, return_dtype=pl.String),
        pl.col("reason").map_elements(lambda text: plain(text, LONGEST_REASON), return_dtype=pl.String),
    )


def _name_file(file: str) -> str:
    """Return the name of a file, or the address of a page without what is asked of it."""
    if "://" in file:
        return plain(file.split("://", 1)[1].split("?", 1)[0], 80)
    return plain(file.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1], 80)
