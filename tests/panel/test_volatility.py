"""Variances from open, high, low and close, and their daily, weekly and monthly lags."""

from datetime import date
from math import log

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_series_equal
from truths.brownian import draw_sessions

from models.panel.returns import KNOWN_BEFORE, OF_THE_SESSION, compute_returns
from models.panel.volatility import HAR_LAGS, LAGGED, daily_variances
from models.sessions import exchange_sessions

SESSIONS = exchange_sessions(date(2016, 1, 4), date(2016, 12, 30))
VARIANCES = ("rv_gk", "rv_parkinson", "rv_rs")


def price(rows: list[tuple[float, float, float, float]], volume: float | None = 1000.0) -> pl.DataFrame:
    """Prices (open, high, low, close) of one firm on the first sessions of 2016."""
    frame = pl.DataFrame(rows, schema=["open", "high", "low", "close"], orient="row")
    return frame.with_columns(
        ticker=pl.lit("QZRA"),
        session=SESSIONS["session"][: len(rows)],
        adj_close=pl.col("close") / 2,
        volume=pl.lit(volume, pl.Float64),
    ).cast(dict.fromkeys(("open", "high", "low", "close", "adj_close"), pl.Float64))


def draw_prices(n: int, seed: int, missing: tuple[int, ...] = ()) -> pl.DataFrame:
    """Draw a random walk with ranges and volume; the rows `missing` are taken out."""
    rng = np.random.default_rng(seed)
    close = 50 * np.exp(np.cumsum(rng.normal(0, 0.02, n)))
    opened = close * np.exp(rng.normal(0, 0.01, n))
    frame = pl.DataFrame(
        {
            "ticker": "QZRA",
            "session": SESSIONS["session"][:n],
            "open": opened,
            "high": np.maximum(opened, close) * np.exp(np.abs(rng.normal(0, 0.01, n))),
            "low": np.minimum(opened, close) * np.exp(-np.abs(rng.normal(0, 0.01, n))),
            "close": close,
            "adj_close": close * np.linspace(0.8, 1, n),
            "volume": np.round(rng.lognormal(10, 0.5, n)),
        }
    )
    return frame.filter(~pl.int_range(pl.len()).is_in(list(missing)))


def test_variances_by_hand():
    """H/L = e^0.06, C/O = e^0.02, H/C = e^0.02, H/O = e^0.04, L/C = e^-0.04, L/O = e^-0.02."""
    prices = price([(100, 100 * np.exp(0.04), 100 * np.exp(-0.02), 100 * np.exp(0.02))])
    row = compute_returns(prices, SESSIONS).row(0, named=True)
    assert row["rv_gk"] == pytest.approx(0.5 * 0.0036 - (2 * log(2) - 1) * 0.0004, rel=1e-12)
    assert row["rv_parkinson"] == pytest.approx(0.0036 / (4 * log(2)), rel=1e-12)
    assert row["rv_rs"] == pytest.approx(0.02 * 0.04 + 0.04 * 0.02, rel=1e-12)
    assert row["log_rv_rs"] == pytest.approx(log(0.0016), rel=1e-12)
    assert row["abs_ret_oc"] == pytest.approx(np.exp(0.02) - 1, rel=1e-12)


@pytest.mark.parametrize(
    ("drift", "unbiased"), [(0.0, {"rv_gk", "rv_parkinson", "rv_rs"}), (0.02, {"rv_rs"})]
)
def test_variances_recover_that_of_a_brownian_motion(drift, unbiased):
    """With a drift only Rogers and Satchell's is unbiased; a mean of 20,000 lies within 4 of its errors."""
    n, sd = 20_000, 0.02
    drawn = pl.DataFrame(draw_sessions(n, sd, drift, seed=2))
    got = drawn.select(**daily_variances())
    for name in VARIANCES:
        error = (got[name].mean() - sd**2) / (got[name].std() / n**0.5)
        assert (abs(error) < 4) == (name in unbiased), (name, error)


def test_variances_are_as_efficient_as_published():
    """Variance of ln(C/O)^2 over that of the estimate: 4.9, 7.4, 6.0 (Parkinson 1980; Garman and Klass 1980;
    Rogers and Satchell 1991). Within 8 %: the ratio of two sample variances of 20,000 fat-tailed values."""
    drawn = pl.DataFrame(draw_sessions(20_000, 0.02, 0.0, seed=3))
    got = drawn.select(**daily_variances(), squared=(pl.col("close") / pl.col("open")).log() ** 2)
    for name, published in {"rv_parkinson": 4.9, "rv_gk": 7.4, "rv_rs": 6.0}.items():
        assert got["squared"].var() / got[name].var() == pytest.approx(published, rel=0.08)


def test_a_log_of_no_variance_is_missing_and_is_no_number():
    prices = price([(10, 10, 10, 10), (10, 12, 10, 12), (10, 11, 9, 10)])
    got = compute_returns(prices, SESSIONS)
    assert got["rv_gk"][0] == got["rv_rs"][0] == got["rv_parkinson"][0] == 0
    assert [got[f"log_{name}"][0] for name in VARIANCES] == [None, None, None]
    # From one end of the range to the other: zero for Rogers and Satchell alone.
    assert (got["rv_rs"][1], got["log_rv_rs"][1]) == (0, None)
    assert got["log_rv_gk"][1] is not None
    assert got["log_rv_rs"][2] is not None


def test_contradictory_prices_have_no_log_of_variance():
    got = compute_returns(price([(10, 10.1, 9.9, 14)]), SESSIONS)  # a close above the high
    assert got["rv_gk"][0] < 0
    assert got["log_rv_gk"][0] is None


@pytest.mark.parametrize("name", LAGGED)
def test_har_lags_equal_brute_force_on_the_grid(name):
    """By sessions of the exchange, with gaps: 3 of the 5 and 14 of the 22 before must have a value."""
    missing = (*range(20, 29), 40, 41, 42, 60)
    got = compute_returns(draw_prices(100, 4, missing), SESSIONS)
    by_session = dict(zip(got["session_no"], got[name], strict=True))
    n_present = {"week": set(), "month": set()}
    for span, window, least in (("week", 5, 3), ("month", 22, 14)):
        expected = []
        for t in got["session_no"]:
            values = [by_session[s] for s in range(t - window, t) if by_session.get(s) is not None]
            n_present[span].add(len(values))
            expected.append(sum(values) / len(values) if len(values) >= least else None)
        # Running sums round otherwise than sums from scratch.
        expected = pl.Series(f"{name}_{span}", expected, dtype=pl.Float64)
        assert_series_equal(got[f"{name}_{span}"], expected, rel_tol=1e-11)
    assert got[f"{name}_day"].to_list() == [by_session.get(t - 1) for t in got["session_no"]]
    assert {2, 3} <= n_present["week"]
    assert {13, 14} <= n_present["month"]


prices_of_a_session = st.tuples(
    st.floats(1, 500), st.floats(0, 0.3), st.floats(0, 0.3), st.floats(0, 1), st.floats(0, 1)
).map(
    # A low, the range above it, and where in the range open and close lie.
    lambda drawn: (
        drawn[0] * (1 + drawn[1] * drawn[3]),
        drawn[0] * (1 + drawn[1]),
        drawn[0],
        drawn[0] * (1 + drawn[1] * drawn[4]),
    )
)


@settings(max_examples=60, deadline=None)
@given(st.lists(prices_of_a_session, min_size=1, max_size=30))
def test_variances_of_ordered_prices_are_never_negative(rows):
    got = compute_returns(price(rows), SESSIONS)
    for name in VARIANCES:
        assert got[name].min() >= -1e-18  # rounding
        assert got[f"log_{name}"].is_infinite().sum() == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(prices_of_a_session, min_size=25, max_size=30), st.sampled_from([0.125, 0.5, 4.0, 1024.0]))
def test_a_constant_times_all_prices_leaves_returns_and_variances(rows, constant):
    """Powers of two multiply without rounding, so equality is exact: no tolerance can hide a level."""
    prices = price(rows)
    scaled = prices.with_columns(pl.col("open", "high", "low", "close", "adj_close") * constant)
    depend_on_the_level = {"close_lag1", "illiq"}
    kept = [name for name in (*OF_THE_SESSION, *KNOWN_BEFORE) if name not in depend_on_the_level]
    before, after = compute_returns(prices, SESSIONS), compute_returns(scaled, SESSIONS)
    assert after.select(kept).equals(before.select(kept))
    assert after["close_lag1"].equals(before["close_lag1"] * constant)
    assert after["illiq"].equals(before["illiq"] / constant)  # per dollar


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 79), st.integers(0, 10_000), st.floats(0.1, 10))
def test_what_comes_later_leaves_what_was_known(t, seed, factor):
    """Every number of session t and later is changed: nothing known before t moves by a bit."""
    prices = draw_prices(80, seed, missing=(30, 31))
    t = min(t, prices.height - 1)
    later = pl.int_range(pl.len()) >= t
    numbers = ("open", "high", "low", "close", "adj_close", "volume")
    changed = prices.with_columns(
        pl.when(later).then(pl.col(c) * (factor + n)).otherwise(c).alias(c) for n, c in enumerate(numbers)
    )
    before, after = compute_returns(prices, SESSIONS), compute_returns(changed, SESSIONS)
    assert after.select(KNOWN_BEFORE).head(t + 1).equals(before.select(KNOWN_BEFORE).head(t + 1))
    everything = [*OF_THE_SESSION, *KNOWN_BEFORE]
    assert after.select(everything).head(t).equals(before.select(everything).head(t))


def test_every_lag_is_a_column_once():
    assert len(set(HAR_LAGS)) == len(HAR_LAGS) == 12
    got = compute_returns(draw_prices(30, 1), SESSIONS)
    assert len(set(got.columns)) == got.width
