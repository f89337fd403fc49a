"""What the warehouse holds, for people and for monitors."""

import shutil
from typing import Any

import duckdb
import polars as pl

from etl.errors import EmotapeError, NothingPublished, WarehouseBusy
from etl.settings import Home
from etl.warehouse.published import open_published
from etl.warehouse.results import read_results
from etl.warehouse.segments.catalogue import list_files, list_segments, refuse_missing
from etl.warehouse.segments.reading import has_segments, read_stored
from etl.warehouse.sql_files import read_sql
from etl.warehouse.store import connect
from etl.warehouse.tables import FIRST_VERSION, read_version, refuse_newer


def read_status(home: Home) -> dict[str, Any]:
    """Gather what is stored, what was quarantined, and what is published.

    Returns
    -------
    dict
        `home`, `store` (None where it does not exist; `busy` where a command is writing to it),
        `published` (None where nothing is), `disk_free_bytes`. Times are UTC.
    """
    return {
        "home": str(home.path),
        "store": _store_status(home),
        "published": _published_status(home),
        "disk_free_bytes": shutil.disk_usage(home.path).free,
    }


def _store_status(home: Home) -> dict[str, Any] | None:
    if not home.store.exists():
        return None
    try:
        store = connect(home.store, read_only=True)
    except WarehouseBusy as busy:
        return {"busy": str(busy)}
    try:
        refuse_newer(str(home.store), read_version(store) or FIRST_VERSION)
        if has_segments(store):
            refuse_missing(store)
        read_stored(store)

        def rows(name: str) -> list[dict[str, Any]]:
            found: pl.DataFrame = store.sql(read_sql("queries", name).text).pl()
            return found.to_dicts()

        return {
            "sources": rows("store_sources"),
            "prices": rows("store_prices")[0],
            "reference": rows("store_reference"),
            "scores": rows("store_scores"),
            "segments": _segments_status(store),
            "quarantine": rows("store_quarantine"),
            "loads": rows("store_loads"),
        }
    except EmotapeError as refused:
        return {"busy": str(refused)}
    finally:
        store.close()


def _segments_status(store: duckdb.DuckDBPyConnection) -> dict[str, int] | None:
    """Count posts in segments, their files and those derived of them, and their bytes; None without any."""
    segments = list_segments(store) if has_segments(store) else []
    if not segments:
        return None
    files = list_files(store)
    # Their changed copies are counted in the table.
    ((struck,),) = store.execute("select count(*) from store.replaced_posts").fetchall()
    return {
        "n_posts": sum(segment.n_posts for segment in segments) - struck,
        "n_segments": len(segments),
        "n_files": len(files),
        "bytes": sum(file.stat().st_size for file in files if file.exists()),
    }


def _published_status(home: Home) -> dict[str, Any] | None:
    try:
        with open_published(home) as published:
            models, _ = read_results(published)
            return {
                "version": published.version.number,
                **published.query("publication").row(0, named=True),
                "results": _describe_results(models),
            }
    except NothingPublished:
        return None


def _describe_results(models: pl.DataFrame) -> list[dict[str, Any]]:
    if models.is_empty():
        return []
    return (
        models.group_by("family", "tagger", "data_version")
        .agg(n_models=pl.len(), estimated_at=pl.col("estimated_at").max())
        .sort("family", "tagger")
        .to_dicts()
    )
