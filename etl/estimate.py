"""From published relations to stored estimates."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from etl.errors import EmotapeError
from etl.settings import Home
from etl.warehouse.influence import NO_INFLUENCE, Influence
from etl.warehouse.published import Published, open_published
from etl.warehouse.results import stamp, store_results
from etl.warehouse.versions import Version

if TYPE_CHECKING:
    from etl.relations import Relations
    from models.estimation import Estimated, Family

DEFAULT_TAGGER = "linear"


@dataclass(frozen=True)
class Made:
    """What was estimated: models, their terms, and why some columns are missing."""

    models: pl.DataFrame
    terms: pl.DataFrame
    unestimated: list[str]
    influence: Influence = field(default=NO_INFLUENCE, kw_only=True)


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
        made = estimate(published, family, tagger_name, influence=True)
        version = store_results(home, published, made.models, made.terms, made.influence)
    return Stored(made.models, made.terms, made.unestimated, version, influence=made.influence)


def estimate(published: Published, family: "Family", tagger_name: str, *, influence: bool = False) -> Made:
    """Estimate a family on published relations, and stamp its models with what they came from.

    Parameters
    ----------
    influence
        Whether to look for the firm-days that move each coefficient of least squares most.

    Raises
    ------
    EmotapeError
        There is no row of this tagger, or no column can be estimated.
    """
    from models.estimation import EstimationError

    try:
        relations = read_relations(published, family, tagger_name)
        estimated = estimate_on(relations, family, tagger_name, influence=influence)
    except EstimationError as error:
        raise EmotapeError(f"{family.name} cannot be estimated: {error}") from error
    models = stamp(estimated.models(), published)
    terms = estimated.terms().join(
        models.select("column_no", "result_id"), on="column_no", how="inner", maintain_order="left"
    )
    reasons = [f"{missing.spec.title}: {missing.reason}" for missing in estimated.unestimated]
    named = models.select("column_no", "result_id")
    found = [
        frame.join(named, on="column_no", maintain_order="left").drop("column_no") if frame.width else frame
        for frame in (estimated.influential(), estimated.concentration())
    ]
    return Made(models, terms, reasons, influence=Influence(*found))


def estimate_on(
    relations: "Relations", family: "Family", tagger_name: str, *, influence: bool = False
) -> "Estimated":
    """Estimate a family, a sample after the other, each on no more rows and columns than it needs.

    Raises
    ------
    EstimationError
        No column can be estimated.
    """
    from models.estimation import Estimated, EstimationError, Unestimated, estimate_family, estimate_spec

    try:
        estimated = estimate_family(family, relations.needed_by, tagger_name, influence)
    except EstimationError:
        estimated = Estimated([], [Unestimated(spec, "") for spec in family.specs])
    unestimated = []
    for missing in estimated.unestimated:
        # The reason counts rows, and those that no sample needs count too.
        try:
            estimate_spec(missing.spec, relations.columns_of([missing.spec]), tagger_name)
            unestimated.append(missing)
        except EstimationError as error:
            unestimated.append(Unestimated(missing.spec, str(error)))
    if not estimated.fits:
        raise EstimationError(unestimated[0].reason)
    return Estimated(estimated.fits, unestimated)


def read_relations(published: Published, family: "Family", tagger_name: str) -> "Relations":
    """Give access to the relations that a family's estimators need, for one tagger.

    Raises
    ------
    EmotapeError
        The relation that its columns stand on has no row.
    """
    from etl.relations import Relations
    from models.estimation import relations_of

    relations = Relations(published, relations_of(family), tagger_name)
    for frame in dict.fromkeys(spec.frame for spec in family.specs):
        if relations.is_empty(frame):
            raise EmotapeError(_explain_empty(frame, tagger_name))
    return relations


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
