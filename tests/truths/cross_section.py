"""Panels of returns with known prices of emotions, by session and by quantile."""

import numpy as np
import polars as pl
from scipy import stats
from truths.dynamics import panel_keys


def priced_panel(firms: int, sessions: int, seed: int, persistence: float = 0.0) -> pl.DataFrame:
    r"""Draw returns y on a and b whose slopes differ by session.

    :math:`y_{it} = m_t + \lambda_t a_{it} - 0.2 b_{it} + e_{it}`, :math:`\lambda_t = 0.3 + l_t`,
    :math:`l_t = \phi l_{t-1} + 0.2 v_t`, :math:`\phi` = `persistence`; a, b, e, m, v are N(0, 1). The mean
    slopes are (0.3, -0.2).
    """
    rng = np.random.default_rng(seed)
    keys = panel_keys(firms, sessions)
    session = keys["session_no"].to_numpy() - 100
    a, b, e = rng.normal(size=(3, keys.height))
    market, shocks = rng.normal(size=(2, sessions))
    price = np.empty(sessions)
    price[0] = 0.2 * shocks[0] / np.sqrt(1 - persistence**2)
    for t in range(1, sessions):
        price[t] = persistence * price[t - 1] + 0.2 * shocks[t]
    y = market[session] + (0.3 + price[session]) * a - 0.2 * b + e
    return keys.with_columns(
        pl.Series("y", y), pl.Series("a", a), pl.Series("b", b), pre_open_posts=pl.lit(1)
    )


def skewed_panel(firms: int, sessions: int, seed: int) -> pl.DataFrame:
    r"""Draw returns whose tails depend on a.

    :math:`y_{it} = \alpha_i + \delta_t + 0.2 a_{it} - 0.1 b_{it} + (1 + 0.5 a_{it}) e_{it}`, a uniform on
    (0, 1), b, :math:`\alpha, \delta` and e N(0, 1), and :math:`a_{it}` higher where :math:`\alpha_i` is:
    :math:`a_{it} = \Phi((w_{it} + \alpha_i) / \sqrt 2)`. The slope of a at the quantile :math:`\tau` is
    :math:`0.2 + 0.5 \Phi^{-1}(\tau)`, of b -0.1 at each.
    """
    rng = np.random.default_rng(seed)
    keys = panel_keys(firms, sessions)
    session = keys["session_no"].to_numpy() - 100
    firm = np.repeat(np.arange(firms), sessions)
    alpha, delta = rng.normal(size=firms)[firm], rng.normal(size=sessions)[session]
    w, b, e = rng.normal(size=(3, keys.height))
    a = stats.norm.cdf((w + alpha) / np.sqrt(2))
    y = alpha + delta + 0.2 * a - 0.1 * b + (1 + 0.5 * a) * e
    return keys.with_columns(
        pl.Series("y", y), pl.Series("a", a), pl.Series("b", b), pre_open_posts=pl.lit(1)
    )


def true_slope(quantile: float) -> float:
    """Slope of a in `skewed_panel`."""
    return 0.2 + 0.5 * float(stats.norm.ppf(quantile))
