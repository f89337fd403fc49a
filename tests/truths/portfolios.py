"""Panels whose sorted portfolios have a known return."""

import numpy as np
import polars as pl
from truths.forecasts import dates, tabulate

# Factors: means and standard deviations a session, decimals.
FACTOR_MEANS = np.array([0.0003, 0.0001, 0.0001])
FACTOR_SD = 0.01


def simulate_sorted(
    seed: int, *, firms: int, sessions: int, slope: float, loadings: tuple[float, float, float] = (0, 0, 0)
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns that rise with a uniform signal; returns panel and factors.

    x_it = u_it,  y_it = u_it (slope + loadings' f_t) + 0.005 w_t + 0.01 e_it,  u uniform on (0, 1),
    f_t of N(FACTOR_MEANS, FACTOR_SD^2), w, e standard normal.

    The r-th smallest of n uniforms has mean r / (n + 1); with G groups of n/G firms the extreme groups'
    mean signals differ by d = n (1 - 1/G) / (n + 1), so that the long-short return has mean
    d (slope + loadings' FACTOR_MEANS), alpha d slope, and loadings d times `loadings`.
    """
    rng = np.random.default_rng(seed)
    u = rng.uniform(size=(sessions, firms))
    f = rng.normal(FACTOR_MEANS, FACTOR_SD, size=(sessions, 3))
    y = u * (slope + f @ np.array(loadings))[:, None]
    y = y + 0.005 * rng.normal(size=(sessions, 1)) + 0.01 * rng.normal(size=(sessions, firms))
    factors = pl.DataFrame(
        {"session": dates(sessions), "mkt_rf": f[:, 0], "smb": f[:, 1], "hml": f[:, 2], "rf": 0.0}
    )
    return tabulate({"x": u, "y": y}), factors


def spread_of_signals(firms: int, groups: int = 5) -> float:
    """Return d of `simulate_sorted`."""
    return firms * (1 - 1 / groups) / (firms + 1)
