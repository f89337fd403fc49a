r"""Enthusiasm after listing, beside what was felt before the first trade.

.. math::
    \Delta_i = E_i^{after} - E_i^{before}

with the t of paired values. Groups are formed on :math:`E^{before}`, which is measured with error, so
that some of the fall of the high and of the rise of the low is regression to the mean: the change of all
listings is free of that.
"""

from models.estimation.results import Data, EstimationError, Fit, summarise
from models.estimation.spec import Spec
from models.ipo.group_means import mean_of, tabulate_means, welch_difference
from models.ipo.groups import LEAST_LISTINGS, choose_listings, split_at_median


def estimate_afterwards(spec: Spec, data: Data, tagger: str) -> Fit:
    """Estimate the mean of the regressor (before), of the outcome (after) and of the change.

    Option `group`: "all" (default), "high", "low", or "difference" (high less low), cut at the median
    of the regressor.

    Raises
    ------
    EstimationError
        There are too few listings with posts before and after.
    """
    (by,) = spec.regressors
    chosen = choose_listings(spec, data, (spec.outcome, by))
    before, after = chosen.rows[by].to_numpy(), chosen.rows[spec.outcome].to_numpy()
    if len(before) < LEAST_LISTINGS:
        raise EstimationError(
            f"{len(before)} listing has posts before and after its first trade; at least {LEAST_LISTINGS} "
            "are needed."
        )
    measures = {"before": before, "after": after, "change": after - before}
    group = spec.option("group", "all")
    if group == "all":
        n, means = len(before), {name: mean_of(values) for name, values in measures.items()}
    elif group in {"high", "low"}:
        inside = split_at_median(chosen.rows, by) == (group == "high")
        n, means = int(inside.sum()), {name: mean_of(values[inside]) for name, values in measures.items()}
    elif group == "difference":
        high = split_at_median(chosen.rows, by)
        n = len(before)
        means = {
            name: welch_difference(mean_of(values[high]), mean_of(values[~high]))
            for name, values in measures.items()
        }
    else:
        raise EstimationError(f"group is '{group}'; expected all, high, low or difference.")
    return Fit(
        spec,
        tabulate_means(means),
        summarise(
            spec,
            tagger,
            n_obs=n,
            method=(
                "Means of 90 days before the first trade and over the first 20 sessions; paired t of the "
                "change. Groups are cut at the median before: part of their change is regression to the mean."
            ),
            unit="own",
            **chosen.facts,
        ),
    )
