"""Panels whose forecasts have a known worth."""

from datetime import date, timedelta

import numpy as np
import polars as pl

START = date(2015, 1, 1)


def dates(sessions: int) -> list[date]:
    return [START + timedelta(days=t) for t in range(sessions)]


def tabulate(columns: dict[str, np.ndarray]) -> pl.DataFrame:
    """Turn (sessions, firms) arrays into one row a ticker and session."""
    sessions, firms = next(iter(columns.values())).shape
    return pl.DataFrame(
        {
            "ticker": np.tile([f"F{i:03}" for i in range(firms)], sessions),
            "session": pl.Series(dates(sessions)).repeat_by(firms).explode(),
            "session_no": np.repeat(np.arange(sessions), firms),
            "pre_open_posts": np.ones(sessions * firms, dtype=np.int64),
            **{name: values.ravel() for name, values in columns.items()},
        }
    )


def simulate_returns(
    seed: int, *, firms: int, sessions: int, slopes: tuple[float, ...] = (0.0, 0.0), shared: float = 0.0
) -> pl.DataFrame:
    """Returns with planted slopes on emotions.

    x_k,it = sqrt(shared) m_k,t + sqrt(1 - shared) u_k,it,  m_k,t = 0.7 m_k,t-1 + sqrt(0.51) v_k,t
    y_it   = a_i + sum_k b_k x_k,it + 0.02 (sqrt(shared) w_t + sqrt(1 - shared) e_it)

    u, v, w, e standard normal and independent, a_i of N(0, 0.001^2): emotions have variance 1 and, with
    `shared` > 0, a persistent part that all firms have in common, as have the shocks to returns. Known
    firm means and slopes forecast with R2 = b'b / (b'b + 0.02^2) against the firm's true mean.
    """
    rng = np.random.default_rng(seed)
    shape = (sessions, firms)
    y = rng.normal(0, 0.001, firms) + 0.02 * (
        np.sqrt(shared) * rng.normal(size=(sessions, 1)) + np.sqrt(1 - shared) * rng.normal(size=shape)
    )
    columns = {}
    for k, slope in enumerate(slopes):
        mood = np.zeros(sessions)
        news = rng.normal(size=sessions)
        mood[0] = news[0]
        for t in range(1, sessions):
            mood[t] = 0.7 * mood[t - 1] + np.sqrt(0.51) * news[t]
        x = np.sqrt(shared) * mood[:, None] + np.sqrt(1 - shared) * rng.normal(size=shape)
        columns[f"x{k}"] = x
        y = y + slope * x
    return tabulate({**columns, "y": y})


def simulate_volatility(seed: int, *, firms: int, sessions: int, slope: float) -> pl.DataFrame:
    """Log variances with three lags of their own past and an emotion.

    l_it = a_i + 0.4 l_i,t-1 + 0.3 mean(l_i,t-1..t-5) + 0.2 mean(l_i,t-1..t-22) + slope x_it + 0.5 e_it

    x, e standard normal and independent, a_i of N(-0.9, 0.1^2). Since x is independent of the past, HAR
    without it misses by slope x + 0.5 e: squared errors are (slope^2 + 0.25) / 0.25 times those with it,
    and with forecasts exp(mean + s^2/2) expected QLIKE is log-mean + s^2/2 + 1, so it differs by
    slope^2 / 2.
    """
    rng = np.random.default_rng(seed)
    warm = 122
    x, e = rng.normal(size=(2, warm + sessions, firms))
    a = rng.normal(-0.9, 0.1, firms)
    log_rv = np.full((warm + sessions, firms), -9.0)
    lags = {name: np.zeros_like(log_rv) for name in ("day", "week", "month")}
    for t in range(22, warm + sessions):
        lags["day"][t] = log_rv[t - 1]
        lags["week"][t] = log_rv[t - 5 : t].mean(axis=0)
        lags["month"][t] = log_rv[t - 22 : t].mean(axis=0)
        log_rv[t] = (
            a + 0.4 * lags["day"][t] + 0.3 * lags["week"][t] + 0.2 * lags["month"][t]
            + slope * x[t] + 0.5 * e[t]
        )  # fmt: skip
    kept = {"x": x, "log_rv_gk": log_rv, **{f"log_rv_gk_{name}": lag for name, lag in lags.items()}}
    return tabulate({name: values[warm:] for name, values in kept.items()})
