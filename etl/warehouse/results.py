"""Stored estimates: one row a model, one row a term, published beside the data they came from."""

from datetime import UTC, datetime

import duckdb
import polars as pl

from etl.settings import Home
from etl.version import code_version
from etl.warehouse.published import Published
from etl.warehouse.store import CONFIG
from etl.warehouse.versions import RESULTS, Version, prepare_folder, publish

# What differs between two runs on the same data with the same code.
NOT_A_RESULT = ("estimated_at",)


def stamp(models: pl.DataFrame, published: Published) -> pl.DataFrame:
    """Add to each model which data, code and tagger it came from, and when it was estimated."""
    facts = published.query("publication").row(0, named=True)
    versions = dict(name.split(" ", 1) for name in facts["taggers"])
    return models.with_columns(
        result_id=pl.format("{}.{}.{}", "family", "tagger", "column_no"),
        code_version=pl.lit(code_version()),
        data_version=pl.lit(facts["fingerprint"][:12]),
        tagger_version=pl.col("tagger").replace_strict(versions, default=None, return_dtype=pl.String),
        simulated=pl.lit(facts["simulated"]),
        estimated_at=pl.lit(datetime.now(UTC).replace(tzinfo=None, microsecond=0)),
    )


def store_results(home: Home, published: Published, models: pl.DataFrame, terms: pl.DataFrame) -> Version:
    """Store a family's estimates in place of its earlier ones of the same tagger, and publish them.

    Where data, code and numbers are those already stored, nothing is published: the version that
    was read is returned.
    """
    old_models, old_terms = read_results(published)
    new_models, new_terms = models, terms
    if old_models.width:
        replaced = old_models.join(models, on=["family", "tagger"], how="semi")
        kept_models = old_models.join(replaced, on="result_id", how="anti")
        kept_terms = old_terms.join(replaced, on="result_id", how="anti")
        # Families may have columns of their own.
        new_models = pl.concat([kept_models, models], how="diagonal_relaxed")
        new_terms = pl.concat([kept_terms, terms], how="diagonal_relaxed")
    new_models = new_models.sort("result_id")
    new_terms = new_terms.sort("result_id", "position")
    if _equal(new_models.drop(NOT_A_RESULT), old_models.drop(NOT_A_RESULT, strict=False)) and _equal(
        new_terms, old_terms
    ):
        return published.version
    folder = prepare_folder(home)
    connection = duckdb.connect(str(folder / RESULTS), config=CONFIG)
    for name, frame in {"models": new_models, "terms": new_terms}.items():
        connection.register("frame", frame)
        connection.execute(f"create table {name} as select * from frame")
        connection.unregister("frame")
    connection.close()
    return publish(home, folder)


def read_results(published: Published) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the stored models and terms of a version; empty frames where nothing was estimated."""
    if not published.has_results:
        return pl.DataFrame(), pl.DataFrame()
    return published.query("models"), published.query("terms")


def _equal(new: pl.DataFrame, old: pl.DataFrame) -> bool:
    return set(new.columns) == set(old.columns) and new.equals(old.select(new.columns))
