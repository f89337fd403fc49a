"""From a family and its data to fits: columns that share a sample share one demeaning."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from models.estimation.absorb import triangle
from models.estimation.estimators import ESTIMATORS
from models.estimation.least_squares import fit
from models.estimation.results import Data, Estimated, EstimationError, Fit, Unestimated
from models.estimation.sample import Prepared, prepare, sample_key
from models.estimation.spec import Family, Spec
from models.estimation.uncovered import count_uncovered


def estimate_family(family: Family, data: pl.DataFrame | Data, tagger: str = "linear") -> Estimated:
    """Estimate all columns of a family.

    A column that cannot be estimated (its sample is empty, say) does not stop the others.

    Parameters
    ----------
    data
        Relation -> its rows; or the panel alone: one row a ticker and session, with `ticker`, `session`
        and the variables of the specs.
    tagger
        Whose emotions the data hold, for the record.

    Raises
    ------
    EstimationError
        Not one column can be estimated.
    """
    frames = as_data(data)
    fits: dict[int, Fit] = {}
    unestimated: list[Unestimated] = []
    groups: dict[Any, list[Spec]] = {}
    for spec in family.specs:
        # Only least squares shares samples; of any other estimator each column is a group.
        key = sample_key(spec) if spec.estimator == "least_squares" else spec.column_no
        groups.setdefault(key, []).append(spec)
    for specs in groups.values():
        shared: tuple[Prepared, Any] | None = None
        for spec in specs:
            try:
                if spec.estimator == "least_squares":
                    if shared is None:
                        ready = prepare(specs, frames)
                        shared = ready, triangle(ready.values)
                    fits[spec.column_no] = fit(spec, shared[0], tagger, shared[1])
                else:
                    fits[spec.column_no] = ESTIMATORS[spec.estimator].load()(spec, frames, tagger)
            except EstimationError as error:
                unestimated.append(Unestimated(spec, str(error)))
    if not fits:
        raise EstimationError(unestimated[0].reason)
    of_family = {"caution": family.caution, "layout": family.layout, "explanation": family.explanation}
    ordered = [fits[number] for number in sorted(fits)]
    complete = [
        Fit(
            f.spec,
            f.terms,
            f.summary
            | {"n_uncovered": count_uncovered(f.spec, frames)}
            | of_family
            | {"spec": f.spec.as_json()},
        )
        for f in ordered
    ]
    return Estimated(complete, unestimated)


def estimate_spec(spec: Spec, data: pl.DataFrame | Data, tagger: str = "linear") -> Fit:
    """Estimate one spec.

    Raises
    ------
    EstimationError
        It cannot be estimated; the message says why.
    """
    return ESTIMATORS[spec.estimator].load()(spec, as_data(data), tagger)


def as_data(data: pl.DataFrame | Data) -> Data:
    """Take a frame by itself for the panel."""
    return data if isinstance(data, Mapping) else {"panel": data}


def relations_of(family: Family) -> list[str]:
    """Name the relations that a family's estimators read."""
    names = [name for spec in family.specs for name in (spec.frame, *ESTIMATORS[spec.estimator].also_reads)]
    return list(dict.fromkeys(names))
