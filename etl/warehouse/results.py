"""Stored estimates: one row a model, one row a term, published beside the data they came from."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from etl.settings import Home
from etl.version import code_version
from etl.warehouse.influence import (
    NO_INFLUENCE,
    Influence,
    are_alike,
    put_influence_in_place,
    read_influence,
    write_influence,
)
from etl.warehouse.published import Published, open_published
from etl.warehouse.store import CONFIG
from etl.warehouse.versions import RESULTS, Version, prepare_folder, publish

Results = tuple[pl.DataFrame, pl.DataFrame]  # models and their terms

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


def store_results(
    home: Home,
    published: Published,
    models: pl.DataFrame,
    terms: pl.DataFrame,
    influence: Influence = NO_INFLUENCE,
) -> Version:
    """Store a family's estimates in place of its earlier ones of the same tagger, and publish them.

    Where data, code and numbers are those already stored, nothing is published: the version that
    was read is returned. What others published meanwhile stays.
    """
    with open_published(home) as newest:
        old, old_influence = read_results(newest), read_influence(newest)
    new = put_in_place(old, models, terms)
    stays = new[0].join(models, on=["family", "tagger"], how="anti")
    new_influence = put_influence_in_place(old_influence, influence, stays)
    if are_equal(new, old) and are_alike(new_influence, old_influence):
        return published.version
    folder = prepare_folder(home)
    write_results(folder, new, new_influence)
    return publish(home, folder)


def put_in_place(old: Results, models: pl.DataFrame, terms: pl.DataFrame) -> Results:
    """Return stored results with a family's estimates in place of its earlier ones of the same tagger."""
    old_models, old_terms = old
    if old_models.width:
        replaced = old_models.join(models, on=["family", "tagger"], how="semi")
        kept_models = old_models.join(replaced, on="result_id", how="anti")
        kept_terms = old_terms.join(replaced, on="result_id", how="anti")
        # Families may have columns of their own.
        models = pl.concat([kept_models, models], how="diagonal_relaxed")
        terms = pl.concat([kept_terms, terms], how="diagonal_relaxed")
    return models.sort("result_id"), terms.sort("result_id", "position")


def are_equal(new: Results, old: Results) -> bool:
    """Tell whether two results say the same, whenever they were estimated."""
    (new_models, new_terms), (old_models, old_terms) = new, old
    return _equal(
        new_models.drop(NOT_A_RESULT, strict=False), old_models.drop(NOT_A_RESULT, strict=False)
    ) and (_equal(new_terms, old_terms))


def write_results(folder: Path, results: Results, influence: Influence = NO_INFLUENCE) -> None:
    """Write results into the folder of a version that is being made."""
    connection = duckdb.connect(str(folder / RESULTS), config=CONFIG)
    for name, frame in zip(("models", "terms"), results, strict=True):
        connection.register("frame", frame)
        connection.execute(f"create table {name} as select * from frame")
        connection.unregister("frame")
    write_influence(connection, influence)
    connection.close()


def read_results(published: Published) -> Results:
    """Return the stored models and terms of a version; empty frames where nothing was estimated."""
    if not published.has_results:
        return pl.DataFrame(), pl.DataFrame()
    return published.query("models"), published.query("terms")


def _equal(new: pl.DataFrame, old: pl.DataFrame) -> bool:
    return set(new.columns) == set(old.columns) and new.equals(old.select(new.columns))
