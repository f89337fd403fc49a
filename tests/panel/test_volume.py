"""Volume beyond the usual, and Amihud's illiquidity."""

from datetime import date
from math import log

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.panel.returns import compute_returns
from models.sessions import exchange_sessions

SESSIONS = exchange_sessions(date(2016, 1, 4), date(2016, 12, 30))


def price(closes: list[float], volumes: list[float | None], missing: tuple[int, ...] = ()) -> pl.DataFrame:
    """Prices of one firm from the first session of 2016 on; the sessions `missing` are taken out."""
    frame = pl.DataFrame(
        {"close": closes, "volume": volumes}, schema={"close": pl.Float64, "volume": pl.Float64}
    )
    return frame.with_columns(
        ticker=pl.lit("QZRA"),
        session=SESSIONS["session"][: len(closes)],
        open=pl.col("close"),
        high=pl.col("close"),
        low=pl.col("close"),
        adj_close=pl.col("close") / 4,
    ).filter(~pl.int_range(pl.len()).is_in(list(missing)))


def test_abnormal_volume_by_hand():
    """Twenty sessions of 100 shares, then 800: three doublings above the usual."""
    got = compute_returns(price([10.0] * 22, [100.0] * 20 + [800.0, 100.0]), SESSIONS)
    assert got["log_volume"][20] == pytest.approx(log(800), rel=1e-15)
    assert got["abnormal_volume"][20] == pytest.approx(3 * log(2), rel=1e-12)
    # The session of 800 is one of the twenty that come before the next one.
    assert got["abnormal_volume"][21] == pytest.approx(-3 * log(2) / 20, rel=1e-12)
    assert got["abnormal_volume_lag1"][21] == got["abnormal_volume"][20]


def test_abnormal_volume_needs_ten_sessions_with_volume():
    got = compute_returns(price([10.0] * 12, [100.0] * 12), SESSIONS)
    assert got["abnormal_volume"].is_null().to_list() == [True] * 10 + [False] * 2


@pytest.mark.parametrize("volume", [0.0, None])
def test_no_volume_is_no_log_volume(volume):
    got = compute_returns(price([10.0, 11.0, 12.0], [100.0, volume, 100.0]), SESSIONS)
    assert got["log_volume"].is_null().to_list() == [False, True, False]


def test_whole_numbers_of_shares_are_logged_like_others():
    prices = price([10.0, 11.0], [100.0, 50.0])
    whole = compute_returns(prices.cast({"volume": pl.Int64}), SESSIONS)
    assert whole["log_volume"].equals(compute_returns(prices, SESSIONS)["log_volume"])


def test_illiquidity_by_hand():
    """A price that goes 10, 11, 10, ...: up by 0.1 for 11 x 1000 dollars, down by 1/11 for 10 x 1000."""
    closes = [10.0 + n % 2 for n in range(30)]
    got = compute_returns(price(closes, [1000.0] * 30), SESSIONS)
    up, down = 0.1 / 11_000 * 1e6, (1 / 11) / 10_000 * 1e6
    # Sessions 4 to 24 come before session 25: ten rise (5, 7, ..., 23) and eleven fall.
    assert got["illiq"][25] == pytest.approx((10 * up + 11 * down) / 21, rel=1e-12)
    # Session 0 has no return, so session 11 is the first with ten of them before it.
    assert got["illiq"].is_null().to_list() == [True] * 11 + [False] * 19


def test_illiquidity_and_abnormal_volume_equal_brute_force_with_gaps():
    rng = np.random.default_rng(3)
    n = 120
    closes = (20 * np.exp(np.cumsum(rng.normal(0, 0.03, n)))).tolist()
    volumes = [None if u < 0.1 else 0.0 if u < 0.2 else round(1e5 * u) for u in rng.random(n).tolist()]
    missing = (*range(30, 43), 60, 61, 90)
    got = compute_returns(price(closes, volumes, missing), SESSIONS)
    first = SESSIONS["session_no"][0]
    have = {s for s in range(n) if s not in missing}
    logs = {s: log(volumes[s]) for s in have if volumes[s]}
    impact = {s: abs(closes[s] / closes[s - 1] - 1) / (closes[s] * volumes[s]) for s in logs if s - 1 in have}

    def mean(values):
        return sum(values) / len(values) if len(values) >= 10 else None

    expected, n_present = {"illiq": [], "abnormal_volume": [], "close_lag1": []}, set()
    for t in (got["session_no"] - first).to_list():
        before = [1e6 * impact[s] for s in range(t - 21, t) if s in impact]
        n_present.add(len(before))
        usual = mean([logs[s] for s in range(t - 20, t) if s in logs])
        expected["illiq"].append(mean(before))
        expected["abnormal_volume"].append(logs[t] - usual if t in logs and usual is not None else None)
        expected["close_lag1"].append(closes[t - 1] if t - 1 in have else None)
    # Running sums round otherwise than sums from scratch.
    assert_frame_equal(got.select(*expected), pl.DataFrame(expected), rel_tol=1e-10)
    assert {9, 10} <= n_present
