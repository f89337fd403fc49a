"""The market's return on its emotions: the family's rows against statsmodels and a known truth."""

import numpy as np
import polars as pl
import pytest
from truths.market import market_frame

from models.emotions import SIX
from models.estimation.estimate import estimate_family
from models.estimation.families.market import CONTROLS, MARKET_RETURNS, PRE_OPEN

SLOPES = {"happy": 0.4, "sad": 0.0, "anger": 0.0, "disgust": 0.0, "surprise": 0.0, "fear": -0.6}


def moody_market(sessions: int, seed: int) -> pl.DataFrame:
    r"""Draw a market whose return follows two of its emotions.

    :math:`r_t = 0.4 happy_t - 0.6 fear_t + 0.1 r_{t-1} + s_t v_t`, with calm and wild spells
    :math:`s_t^2 = 1 + 0.8 \sin(2 \pi t / 60)`; emotions are AR(1) with 0.5; all shocks N(0, 1).
    """
    rng = np.random.default_rng(seed)
    shocks = rng.normal(size=(sessions + 50, 8))
    values = np.zeros((sessions + 50, 8))  # six emotions, the return, log posts
    slopes = np.array([SLOPES[emotion] for emotion in SIX])
    for t in range(1, len(values)):
        values[t, :6] = 0.5 * values[t - 1, :6] + shocks[t, :6]
        error = shocks[t, 6] * np.sqrt(1 + 0.8 * np.sin(2 * np.pi * t / 60))
        values[t, 6] = values[t, :6] @ slopes + 0.1 * values[t - 1, 6] + error
        values[t, 7] = shocks[t, 7]
    frame = market_frame(values[50:], (*PRE_OPEN, "ret_market", "pre_open_log_posts"))
    return frame.with_columns(
        ret_market_oc=pl.col("ret_market"),
        pre_open_valence=pl.col("pre_open_happy") - pl.col("pre_open_fear"),
        d_log_vix=pl.lit(None, pl.Float64),
    )


def test_the_columns_equal_statsmodels_newey_west():
    from statsmodels.regression.linear_model import OLS

    frame = moody_market(300, seed=1)
    found = estimate_family(MARKET_RETURNS, {"market_days": frame}, "linear")
    assert [u.spec.title for u in found.unestimated] == ["Change of log VIX: six"]  # VIX is not loaded
    terms = found.fits[3].terms
    y = frame["ret_market"].to_numpy()
    x = np.column_stack(
        [frame.select(PRE_OPEN).to_numpy()[2:], y[1:-1], y[:-2], frame["pre_open_log_posts"][2:]]
    )
    oracle = OLS(y[2:], np.column_stack([x, np.ones(298)])).fit(
        cov_type="HAC", cov_kwds={"maxlags": 5, "use_correction": True}, use_t=True
    )
    assert terms["term"].to_list() == [*PRE_OPEN, *CONTROLS, "(Intercept)"]
    np.testing.assert_allclose(terms["estimate"], oracle.params, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(terms["std_error"], oracle.bse, rtol=1e-6)


def test_the_next_session_s_return_is_that_of_the_next_session_of_the_exchange():
    frame = moody_market(300, seed=2)
    whole = estimate_family(MARKET_RETURNS, {"market_days": frame}, "linear").fits[5]
    holed = estimate_family(MARKET_RETURNS, {"market_days": frame.filter(pl.col("session_no") != 100)}, "l")
    assert whole.summary["n_obs"] == 300 - 3
    # One session lost costs its own row, the one before (no next) and the two after (no lags).
    assert holed.fits[5].summary["n_obs"] == 300 - 3 - 4


@pytest.mark.slow
def test_intervals_cover_the_truth():
    """200 series of 500 sessions: the slopes of the six emotions, close to close."""
    truth, covered = np.array([SLOPES[emotion] for emotion in SIX]), []
    family = MARKET_RETURNS.select(lambda spec: spec.column_no == 4)
    for seed in range(200):
        terms = estimate_family(family, {"market_days": moody_market(500, seed)}, "l").fits[0].terms[:6]
        covered.append((terms["conf_low"].to_numpy() < truth) & (truth < terms["conf_high"].to_numpy()))
    print(np.mean(covered, axis=0))
    assert ((np.mean(covered, axis=0) >= 0.90) & (np.mean(covered, axis=0) <= 0.985)).all()
