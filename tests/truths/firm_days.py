r"""A panel of firm-days in which every family on it has a known truth.

Firm i, session t; emotions :math:`E_{kit}` (happy, sad, ...) are shares of a Dirichlet draw, independent
over time but for the part that follows the return of the session before:

.. math::
    happy_{it} &= s_{1it} + 0.5\, ret\_oc_{it-1} \\
    ret\_oc_{it} &= a_i + d_t + \sum_k \beta_k (1 + high_{it})\, E_{kit} + 0.1\, ret\_co_{it} + e_{it} \\
    ret\_cc_{it} &= a_i + d_t + \sum_k \beta_k \sum_{h} \rho_h E_{kit-h} + u_{it},
               \quad \rho = (1, -0.5, 0.25, 0, \dots) \\
    lv_{it} &= a_i + d_t + 0.35\, lv_{it-1} + 0.3\, \overline{lv}_{5} + 0.15\, \overline{lv}_{22}
               + \sum_k \theta_k E_{kit} + \eta_{it} \\
    volume_{it} &= a_i + d_t + 0.5\, volume_{it-1} + \sum_k \kappa_k E_{kit} + 0.2 \log(1 + posts_{it})
               + \zeta_{it}

:math:`high_{it}` is a coin; :math:`\overline{lv}_m` the mean of the m sessions before. Noise is shared within
a session and has a variance of its own in each firm. Intraday emotions follow the same law as those before
the open, with slopes :math:`\beta` on ret_oc through `intraday_ret`, a return of its own.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from models.emotions import EMOTIONS, SIX

BETA = dict(zip(SIX, (0.006, -0.004, -0.003, 0.002, 0.0, -0.005), strict=True))
THETA = dict(zip(SIX, (0.2, 0.1, 0.3, 0.0, -0.1, 0.5), strict=True))
KAPPA = dict(zip(SIX, (0.3, 0.0, 0.2, -0.2, 0.1, 0.4), strict=True))
RHO = (1.0, -0.5, 0.25)
HAPPY_ON_RETURN, LOG_POSTS_ON_VOLUME = 0.5, 0.2
BURN_IN = 60


@dataclass(frozen=True)
class Shape:
    """How many firms and sessions are observed."""

    firms: int = 50
    sessions: int = 90


SMALL = Shape()


def simulate_firm_days(seed: int, shape: Shape = SMALL) -> pl.DataFrame:
    """Simulate the panel, with the columns that the families on firm-days read."""
    rng = np.random.default_rng(seed)
    firms, length = shape.firms, shape.sessions + BURN_IN
    grid = (firms, length)
    shares = {window: rng.dirichlet(np.full(7, 0.8), grid) for window in ("pre_open", "intraday")}
    high = rng.integers(0, 2, grid).astype(float)
    scale = rng.uniform(0.5, 1.5, (firms, 1))

    def noise(sd: float) -> np.ndarray:
        return sd * (0.5 * rng.normal(size=(1, length)) + scale * rng.normal(size=grid))

    def shifts(sd: float) -> np.ndarray:
        return rng.normal(0, sd, (firms, 1)) + rng.normal(0, sd, (1, length))

    def slope(of: dict[str, float], window: str, t: int | slice = slice(None)) -> np.ndarray:
        return sum(of[e] * shares[window][:, t, EMOTIONS.index(e)] for e in SIX)

    ret_co, posts = noise(0.006), 1 + rng.poisson(4, grid)
    base, ret_oc = shifts(0.002) + 0.1 * ret_co + noise(0.01), np.zeros(grid)
    for t in range(length):
        if t:
            shares["pre_open"][:, t, EMOTIONS.index("happy")] += HAPPY_ON_RETURN * ret_oc[:, t - 1]
        ret_oc[:, t] = base[:, t] + (1 + high[:, t]) * slope(BETA, "pre_open", t)
    ret_cc = shifts(0.002) + noise(0.01)
    for h, rho in enumerate(RHO):
        ret_cc[:, h:] += rho * slope(BETA, "pre_open")[:, : length - h]
    intraday = shifts(0.002) + 0.1 * ret_co + slope(BETA, "intraday") + noise(0.01)
    level, volume = np.zeros(grid), np.zeros(grid)
    level_base, volume_base = shifts(0.3) + noise(0.4), shifts(0.3) + noise(0.3)
    means = {}
    for t in range(length):
        past = {m: level[:, max(t - m, 0) : t].mean(axis=1) if t else np.zeros(firms) for m in (1, 5, 22)}
        means[t] = past
        level[:, t] = (
            level_base[:, t] + 0.35 * past[1] + 0.3 * past[5] + 0.15 * past[22] + slope(THETA, "pre_open", t)
        )
        before = volume[:, t - 1] if t else 0.0
        talk = LOG_POSTS_ON_VOLUME * np.log1p(posts[:, t])
        volume[:, t] = volume_base[:, t] + 0.5 * before + slope(KAPPA, "pre_open", t) + talk
    columns: dict[str, np.ndarray] = {
        "ret_oc": ret_oc,
        "ret_cc": ret_cc,
        "ret_co": ret_co,
        "intraday_ret": intraday,
        "ret_20": noise(0.05),
        "vol_183": rng.uniform(0.01, 0.03, grid),
        "high_vol_183": high,
        "log_volume": volume,
        "abnormal_volume_lag1": noise(0.3),
        "pre_open_posts": posts,
        "intraday_posts": posts,
        **{f"{window}_log_posts": np.log1p(posts) for window in shares},
        **{f"{w}_{e}": values[:, :, i] for w, values in shares.items() for i, e in enumerate(EMOTIONS)},
    }
    for name, m in {"day": 1, "week": 5, "month": 22}.items():
        columns[f"log_rv_gk_{name}"] = np.column_stack([means[t][m] for t in range(length)])
    columns["log_rv_gk"] = level
    firm, session = np.meshgrid(np.arange(firms), np.arange(length), indexing="ij")
    frame = pl.DataFrame(
        {"ticker": firm.ravel(), "session_no": session.ravel(), **{k: v.ravel() for k, v in columns.items()}}
    ).with_columns(
        session=pl.col("session_no"),
        ret_oc_lag1=pl.col("ret_oc").shift(1).over("ticker"),
        pre_open_valence=pl.col("pre_open_happy") - pl.col("pre_open_sad"),
        intraday_valence=pl.col("intraday_happy") - pl.col("intraday_sad"),
    )
    return frame.filter(pl.col("session_no") >= BURN_IN)
