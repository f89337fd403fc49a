"""From a family and its data to fits: columns that share a sample share one demeaning."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from models.estimation.absorb import triangle
from models.estimation.estimators import ESTIMATORS
from models.estimation.influential import (
    Influential,
    add_values,
    can_be_traced,
    find_influential,
    leverage_of,
)
from models.estimation.least_squares import fit
from models.estimation.results import Data, Estimated, EstimationError, Fit, Unestimated
from models.estimation.sample import Prepared, prepare, sample_key
from models.estimation.spec import Family, Spec
from models.estimation.uncovered import count_uncovered

Read = Callable[[Sequence[Spec]], Data]  # the relations that specs which share a sample need


def estimate_family(
    family: Family, data: pl.DataFrame | Data | Read, tagger: str = "linear", influence: bool = False
) -> Estimated:
    """Estimate all columns of a family.

    A column that cannot be estimated (its sample is empty, say) does not stop the others.

    Parameters
    ----------
    data
        Relation -> its rows; or the panel alone: one row a ticker and session, with `ticker`, `session`
        and the variables of the specs. Or a function that gives the relations of some specs: it is called
        for one sample after the other, so that no more than one need be in memory.
    tagger
        Whose emotions the data hold, for the record.
    influence
        Whether to look for the firm-days that move each coefficient of least squares most.

    Raises
    ------
    EstimationError
        Not one column can be estimated.
    """
    fits: list[Fit] = []
    unestimated: list[Unestimated] = []
    groups: dict[Any, list[Spec]] = {}
    for spec in family.specs:
        # Only least squares shares samples; of any other estimator each column is a group.
        key = sample_key(spec) if spec.estimator == "least_squares" else spec.column_no
        groups.setdefault(key, []).append(spec)
    for specs in groups.values():
        frames = data(specs) if callable(data) else as_data(data)
        for made in _estimate_together(specs, frames, tagger, influence):
            if isinstance(made, Unestimated):
                unestimated.append(made)
            else:
                fits.append(made)
    if not fits:
        raise EstimationError(unestimated[0].reason)
    of_family = {"caution": family.caution, "layout": family.layout, "explanation": family.explanation}
    complete = [
        replace(f, summary=f.summary | of_family | {"spec": f.spec.as_json()})
        for f in sorted(fits, key=lambda f: f.spec.column_no)
    ]
    return Estimated(complete, unestimated)


def _estimate_together(
    specs: Sequence[Spec], data: Data, tagger: str, influence: bool
) -> list[Fit | Unestimated]:
    """Estimate columns on one sample, which is gone when they are done."""
    made, found = _fit_together(specs, data, tagger, influence)
    values = add_values(found, data)
    return [
        one
        if isinstance(one, Unestimated) or (few := values.get(one.spec.column_no)) is None
        else replace(one, influential=few.rows, concentration=few.concentration)
        for one in made
    ]


def _fit_together(
    specs: Sequence[Spec], data: Data, tagger: str, influence: bool
) -> tuple[list[Fit | Unestimated], dict[int, tuple[Spec, Influential]]]:
    made: list[Fit | Unestimated] = []
    found: dict[int, tuple[Spec, Influential]] = {}
    shared: tuple[Prepared, Any] | None = None
    of_effects: Any = None
    counted: dict[Any, int] = {}

    def count(spec: Spec) -> int:
        # Relations may be read anew for it, so what columns have in common is counted once.
        rules = (frozenset(spec.variables), spec.sample, spec.option("where_present", ()))
        if rules not in counted:
            counted[rules] = count_uncovered(spec, data)
        return counted[rules]

    for spec in specs:
        try:
            if spec.estimator == "least_squares":
                count(spec)  # before the sample fills the memory
                if shared is None:
                    ready = prepare(specs, data)
                    shared = ready, triangle(ready.values)
                one = fit(spec, shared[0], tagger, shared[1])
            else:
                one = ESTIMATORS[spec.estimator].load()(spec, data, tagger)
        except EstimationError as error:
            made.append(Unestimated(spec, str(error)))
            continue
        made.append(Fit(spec, one.terms, one.summary | {"n_uncovered": count(spec)}))
        if influence and shared is not None and can_be_traced(spec, shared[0]):
            try:
                of_effects = leverage_of(spec, shared[0]) if of_effects is None else of_effects
            except ValueError:
                continue  # too many levels: the coefficient is there, its firm-days' leverage is not
            found[spec.column_no] = spec, find_influential(spec, *shared, one.terms, of_effects)
    return made, found


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
