"""From published relations to stored estimates."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from etl.errors import EmotapeError
from etl.settings import Home
from etl.warehouse.published import Published, open_published
from etl.warehouse.results import stamp, store_results
from etl.warehouse.versions import Version

if TYPE_CHECKING:
    from models.estimation import Family

DEFAULT_TAGGER = "linear"
CONFUSION = "confusion"  # the one relation that has another source where the warehouse has no row of it


@dataclass(frozen=True)
class Made:
    """What was estimated: models, their terms, and why some columns are missing."""

    models: pl.DataFrame
    terms: pl.DataFrame
    unestimated: list[str]


@dataclass(frozen=True)
class Stored(Made):
    """What was estimated, and the version in which it is stored."""

    version: Version


def estimate_and_store(home: Home, family: "Family", tagger_name: str) -> Stored:
    """Estimate a family on the published relations and store what came of it.

    Raises
    ------
    EmotapeError
        There is no row of this tagger, or no column can be estimated.
    """
    with open_published(home) as published:
        made = estimate(published, family, tagger_name)
        version = store_results(home, published, made.models, made.terms)
    return Stored(made.models, made.terms, made.unestimated, version)


def estimate(published: Published, family: "Family", tagger_name: str) -> Made:
    """Estimate a family on published relations, and stamp its models with what they came from.

    Raises
    ------
    EmotapeError
        There is no row of this tagger, or no column can be estimated.
    """
    from models.estimation import EstimationError, estimate_family

    data = read_relations(published, family, tagger_name)
    try:
        estimated = estimate_family(family, data, tagger=tagger_name)
    except EstimationError as error:
        raise EmotapeError(f"{family.name} cannot be estimated: {error}") from error
    models = stamp(estimated.models(), published)
    terms = estimated.terms().join(
        models.select("column_no", "result_id"), on="column_no", how="inner", maintain_order="left"
    )
    reasons = [f"{missing.spec.title}: {missing.reason}" for missing in estimated.unestimated]
    return Made(models, terms, reasons)


def read_relations(published: Published, family: "Family", tagger_name: str) -> Mapping[str, pl.DataFrame]:
    """Read the relations that a family's estimators need, for one tagger.

    Raises
    ------
    EmotapeError
        The relation that its columns stand on has no row.
    """
    from models.estimation import relations_of
    from models.measurement.confusion import shipped_confusion

    data = {}
    for name in relations_of(family):
        data[name] = published.query(name, tagger=tagger_name)
        if name == CONFUSION and data[name].is_empty():
            # Only the simulated market knows the truth; elsewhere the tagger's own figures serve.
            shipped = shipped_confusion(tagger_name)
            data[name] = data[name] if shipped is None else shipped
    for frame in dict.fromkeys(spec.frame for spec in family.specs):
        if data[frame].is_empty():
            raise EmotapeError(_explain_empty(frame, tagger_name))
    return data


def _explain_empty(frame: str, tagger_name: str) -> str:
    build = "emotape build" if tagger_name == DEFAULT_TAGGER else f"emotape build --tagger {tagger_name}"
    if frame == "listings":
        return (
            "The warehouse has no listing with an offer price and prices: load IPOs with "
            f"`emotape load ipos` and their prices with `emotape load prices`, then run `{build}`."
        )
    return (
        f"The panel has no firm-day with a price and posts scored by '{tagger_name}': load posts and "
        f"prices of the same symbols and days, then run `{build}`."
    )
