"""Market series that follow a known vector autoregression."""

from datetime import date, timedelta

import numpy as np
import polars as pl

NAMES = ("pre_open_fear", "ret_market", "d_log_vix")
# Row: equation; column: variable at t-1 (then t-2).
A1 = np.array([[0.5, 0.0, 0.1], [-0.3, 0.1, 0.0], [0.2, -0.2, 0.2]])
A2 = np.array([[0.2, 0.0, 0.0], [0.1, 0.0, 0.0], [0.0, 0.1, 0.0]])
# Lower Cholesky factor of the innovations' covariance.
P = np.array([[1.0, 0.0, 0.0], [-0.4, 1.0, 0.0], [0.3, -0.5, 0.8]])


def market_series(
    sessions: int,
    seed: int,
    lags: tuple[np.ndarray, ...] = (A1, A2),
    factor: np.ndarray = P,
    wild: float = 0.0,
) -> pl.DataFrame:
    r"""Draw sessions of (fear, return, VIX).

    :math:`y_t = A_1 y_{t-1} + A_2 y_{t-2} + P e_t`, :math:`e_t \sim N(0, h_t I)`,
    :math:`h_t = 1 + w \sin(2 \pi t / 125)`, w = `wild`: calm and wild spells; 200 sessions burnt in.
    """
    rng = np.random.default_rng(seed)
    k, burn = len(factor), 200
    y = np.zeros((sessions + burn, k))
    size = np.sqrt(1 + wild * np.sin(2 * np.pi * np.arange(len(y)) / 125))
    for t in range(len(lags), len(y)):
        past = sum(lag @ y[t - 1 - j] for j, lag in enumerate(lags))
        y[t] = past + factor @ rng.normal(size=k) * size[t]
    return market_frame(y[burn:])


def market_frame(values: np.ndarray, names: tuple[str, ...] = NAMES) -> pl.DataFrame:
    """Return values (sessions, k) as market days."""
    n = len(values)
    return pl.DataFrame(
        {
            "session": [date(2018, 1, 1) + timedelta(days=t) for t in range(n)],
            "session_no": np.arange(n) + 7,
            "pre_open_posts": np.full(n, 50),
            **{name: values[:, j] for j, name in enumerate(names)},
        }
    )


def true_responses(
    horizon: int, lags: tuple[np.ndarray, ...] = (A1, A2), factor: np.ndarray = P
) -> np.ndarray:
    """Return (horizon + 1, k, k): powers of the companion matrix times P."""
    k, p = len(factor), len(lags)
    companion = np.eye(k * p, k=-k)
    companion[:k] = np.hstack(lags)
    powers = [np.linalg.matrix_power(companion, h)[:k, :k] for h in range(horizon + 1)]
    return np.array([power @ factor for power in powers])
