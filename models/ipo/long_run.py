"""Mean buy-and-hold abnormal returns of all, of high and of low enthusiasm."""

import numpy as np

from models.estimation.results import Data, EstimationError, Fit, summarise, tabulate_terms
from models.estimation.spec import Spec
from models.ipo.group_means import ALL, DIFFERENCE, HIGH, LOW
from models.ipo.groups import LEAST_LISTINGS, choose_listings, split_at_median
from models.ipo.published import long_run_published
from models.ipo.skewness import LEAST_FOR_BOOTSTRAP, RESAMPLES, SEED, SkewnessAdjusted, adjust_mean


def estimate_long_run(spec: Spec, data: Data, tagger: str) -> Fit:
    """Estimate the mean of a buy-and-hold abnormal return (the outcome), with skewness-adjusted t.

    With a regressor, of the listings above its median and of the others, and the difference; without
    one, of all listings. Options: `resamples` and `seed` of the bootstrap.

    Where a group has fewer than 20 listings there is no bootstrap: its p-value and interval are null,
    and the adjusted t stands alone.

    Raises
    ------
    EstimationError
        There are too few listings.
    """
    by = spec.regressors[0] if spec.regressors else None
    chosen = choose_listings(spec, data, (spec.outcome, *spec.regressors))
    y = chosen.rows[spec.outcome].to_numpy()
    if len(y) < LEAST_LISTINGS:
        raise EstimationError(f"{len(y)} listing has {spec.outcome}; a mean needs at least {LEAST_LISTINGS}.")
    resamples, seed = int(spec.option("resamples", RESAMPLES)), int(spec.option("seed", SEED))
    tests: dict[str, tuple[SkewnessAdjusted, int]] = {ALL: (adjust_mean(y, None, resamples, seed), len(y))}
    if by is not None:
        high = split_at_median(chosen.rows, by)
        above, below = y[high], y[~high]
        tests |= {
            HIGH: (adjust_mean(above, None, resamples, seed), len(above)),
            LOW: (adjust_mean(below, None, resamples, seed), len(below)),
            DIFFERENCE: (adjust_mean(above, below, resamples, seed), len(y)),
        }
    found = [test for test, _ in tests.values()]
    terms = tabulate_terms(
        list(tests),
        [test.estimate for test in found],
        [test.std_error for test in found],
        None,
        statistic=[test.t_adjusted for test in found],
        p_value=[test.p_value for test in found],
        conf_low=[test.conf_low for test in found],
        conf_high=[test.conf_high for test in found],
        t_plain=[test.t_plain for test in found],
        skewness=[test.skewness for test in found],
        n=[n for _, n in tests.values()],
    )
    groups = f"Groups are cut at the median of {by}. {long_run_published()} " if by else ""
    return Fit(
        spec,
        terms,
        summarise(
            spec,
            tagger,
            n_obs=len(y),
            method=(
                "Mean buy-and-hold abnormal return from the first close; statistic is the skewness-adjusted "
                f"t (Johnson 1978), p and interval by its bootstrap of {resamples:,} resamples of n/4 "
                f"(Lyon, Barber, Tsai 1999; none below {LEAST_FOR_BOOTSTRAP} listings). {groups}Listings are "
                "taken to be independent, though those of one season share its returns: p-values are too "
                "small by that."
            ),
            unit="percent",
            dependent_mean=float(y.mean()),
            dependent_sd=float(np.std(y, ddof=1)),
            inference_seed=seed,
            **chosen.facts,
        ),
    )
