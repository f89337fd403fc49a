"""From the published panel to stored estimates."""

from dataclasses import dataclass

import polars as pl

from etl.errors import EmotapeError
from etl.settings import Home
from etl.warehouse.published import open_published
from etl.warehouse.results import stamp, store_results
from etl.warehouse.versions import Version

DEFAULT_TAGGER = "linear"


@dataclass(frozen=True)
class Stored:
    """What was estimated and stored: models, their terms, and why some columns are missing."""

    version: Version
    models: pl.DataFrame
    terms: pl.DataFrame
    unestimated: list[str]


def estimate_and_store(home: Home, name: str, tagger_name: str) -> Stored:
    """Estimate a family on the published panel and store what came of it.

    Raises
    ------
    EmotapeError
        The panel has no firm-day of this tagger, or no column can be estimated on it.
    """
    from models.estimation import FAMILIES, EstimationError, estimate_family

    with open_published(home) as published:
        panel = published.query("panel", tagger=tagger_name)
        if panel.is_empty():
            build = (
                "emotape build" if tagger_name == DEFAULT_TAGGER else f"emotape build --tagger {tagger_name}"
            )
            raise EmotapeError(
                f"The panel has no firm-day with a price and posts scored by '{tagger_name}': load posts and "
                f"prices of the same symbols and days, then run `{build}`."
            )
        try:
            estimated = estimate_family(FAMILIES[name], panel, tagger=tagger_name)
        except EstimationError as error:
            raise EmotapeError(f"{name} cannot be estimated: {error}") from error
        models = stamp(estimated.models(), published)
        terms = estimated.terms().join(
            models.select("column_no", "result_id"), on="column_no", how="inner", maintain_order="left"
        )
        version = store_results(home, published, models, terms)
    reasons = [f"{missing.spec.title}: {missing.reason}" for missing in estimated.unestimated]
    return Stored(version, models, terms, reasons)
