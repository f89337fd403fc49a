"""Panels of emotions whose persistence and transitions are known."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from models.emotions import EMOTIONS

FIRST = date(2020, 1, 1)


def panel_keys(firms: int, sessions: int) -> pl.DataFrame:
    """Return `ticker, session, session_no`, firm by firm; every calendar day is a session."""
    firm, number = np.divmod(np.arange(firms * sessions), sessions)
    return pl.DataFrame(
        {
            "ticker": [f"F{i:03d}" for i in firm],
            "session": [FIRST + timedelta(days=int(s)) for s in number],
            "session_no": number + 100,
        }
    )


def autoregressive_panel(
    rho: float, firms: int, sessions: int, seed: int, common: float = 0.0, missing: float = 0.0
) -> pl.DataFrame:
    r"""Draw a panel of one emotion, `pre_open_sad`.

    :math:`E_{it} = a_i + z_{it}`, :math:`z_{it} = \rho z_{i,t-1} + u_{it}`,
    :math:`u_{it} = \sqrt{1 - c} \epsilon_{it} + \sqrt{c} \eta_t`, all shocks N(0, 1), :math:`a_i` N(0, 4),
    :math:`z_{i0}` from the stationary law; a share `missing` of firm-days has no posts.
    """
    rng = np.random.default_rng(seed)
    level = 2 * rng.normal(size=firms)
    z = np.empty((firms, sessions))
    z[:, 0] = rng.normal(size=firms) / np.sqrt(1 - rho**2)
    eta = rng.normal(size=sessions)
    for t in range(1, sessions):
        shock = np.sqrt(1 - common) * rng.normal(size=firms) + np.sqrt(common) * eta[t]
        z[:, t] = rho * z[:, t - 1] + shock
    there = rng.random((firms, sessions)) >= missing
    return panel_keys(firms, sessions).with_columns(
        pre_open_sad=pl.when(pl.Series(there.ravel())).then(pl.Series((level[:, None] + z).ravel())),
        pre_open_posts=pl.Series(there.ravel().astype(int)),
    )


# Rows: from; columns: to; the order is EMOTIONS.
TRANSITIONS = np.full((7, 7), 0.08) + np.diag([0.44, 0.44, 0.34, 0.24, 0.44, 0.04, 0.44])
TRANSITIONS /= TRANSITIONS.sum(axis=1, keepdims=True)


def chain_panel(firms: int, sessions: int, seed: int, matrix: np.ndarray = TRANSITIONS) -> pl.DataFrame:
    r"""Draw firms whose dominant emotion is a Markov chain.

    :math:`P(s_{it} = j | s_{i,t-1} = k) = p_{kj}`, the first state uniform; the mean probability of the
    dominant emotion is 0.4, of each other 0.1.
    """
    rng = np.random.default_rng(seed)
    edges = matrix.cumsum(axis=1)
    state = np.empty((firms, sessions), dtype=int)
    state[:, 0] = rng.integers(7, size=firms)
    for t in range(1, sessions):
        state[:, t] = (rng.random(firms)[:, None] > edges[state[:, t - 1]]).sum(axis=1).clip(max=6)
    shares = np.where(np.arange(7) == state.ravel()[:, None], 0.4, 0.1)
    return panel_keys(firms, sessions).with_columns(
        *(pl.Series(f"pre_open_{emotion}", shares[:, k]) for k, emotion in enumerate(EMOTIONS)),
        pre_open_posts=pl.lit(3),
    )
