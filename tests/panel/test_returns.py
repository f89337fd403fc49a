from datetime import date

import numpy as np
import polars as pl
import pytest

from models.panel.returns import compute_returns
from models.sessions import exchange_sessions

SESSIONS = exchange_sessions(date(2016, 1, 4), date(2016, 12, 30))


@pytest.fixture
def prices() -> pl.DataFrame:
    """Random prices of one firm on 230 sessions, with a session missing."""
    rng = np.random.default_rng(1)
    days = SESSIONS["session"][:230]
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.02, len(days))))
    frame = pl.DataFrame(
        {
            "ticker": "QZRA",
            "session": days,
            "open": close * np.exp(rng.normal(0, 0.01, len(days))),
            "high": close * 1.05,
            "low": close * 0.95,
            "close": close,
            "adj_close": close * np.linspace(0.9, 1, len(days)),
            "volume": 1.0,
        }
    )
    return frame.filter(pl.col("session") != SESSIONS["session"][150])


def test_returns_equal_their_formulas(prices):
    got = compute_returns(prices, SESSIONS)
    adjusted, close, opened = (prices[c].to_numpy() for c in ("adj_close", "close", "open"))
    t = 200  # the 201st row; the gap lies 50 rows back
    row = got.row(t, named=True)
    assert row["session"] == prices["session"][t]
    assert row["ret_oc"] == pytest.approx(close[t] / opened[t] - 1, abs=1e-15)
    assert row["ret_cc"] == pytest.approx(adjusted[t] / adjusted[t - 1] - 1, abs=1e-15)
    overnight = opened[t] * adjusted[t] / close[t] / adjusted[t - 1] - 1
    assert row["ret_co"] == pytest.approx(overnight, abs=1e-14)
    assert row["ret_oc_lag1"] == pytest.approx(close[t - 1] / opened[t - 1] - 1, abs=1e-15)
    twenty = np.prod([adjusted[s] / adjusted[s - 1] for s in range(t - 20, t)]) - 1
    assert row["ret_20"] == pytest.approx(twenty, abs=1e-13)
    # Row 200 is session 201 of the grid: the 183 before it begin at 18. The return over the gap is missing.
    past = [s for s in range(18, t) if s != 150]
    expected = np.std([adjusted[s] / adjusted[s - 1] - 1 for s in past], ddof=1)
    assert row["vol_183"] == pytest.approx(expected, rel=1e-9)


def test_a_missing_session_makes_returns_missing_and_is_never_filled(prices):
    got = compute_returns(prices, SESSIONS)
    after = got.row(150, named=True)
    assert got.height == prices.height
    assert after["session"] == SESSIONS["session"][151]
    assert after["ret_oc"] is not None
    assert (after["ret_cc"], after["ret_co"], after["ret_oc_lag1"]) == (None, None, None)


def test_volatility_needs_sixty_returns(prices):
    got = compute_returns(prices, SESSIONS)
    assert got["vol_183"][:61].null_count() == 61
    assert got["vol_183"][61] is not None


def test_nothing_before_the_open_depends_on_the_session_itself(prices):
    t = 100
    changed = prices.with_columns(
        pl.when(pl.int_range(pl.len()) >= t).then(pl.col(c) * 2).otherwise(pl.col(c)).alias(c)
        for c in ("high", "low", "close", "adj_close", "volume")
    )
    known = ["ret_oc_lag1", "ret_20", "vol_183"]
    before = compute_returns(prices, SESSIONS).select(known).row(t)
    assert compute_returns(changed, SESSIONS).select(known).row(t) == before


def test_firms_do_not_touch_each_other(prices):
    other = prices.with_columns(ticker=pl.lit("QZRB"), close=pl.col("close") * 3)
    both = compute_returns(pl.concat([other, prices]), SESSIONS)
    alone = compute_returns(prices, SESSIONS)
    assert both.filter(pl.col("ticker") == "QZRA").equals(alone)
