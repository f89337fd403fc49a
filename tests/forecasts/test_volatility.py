"""HAR with and without emotions: the gains that theory says, and none where there is none."""

import numpy as np
import polars as pl
import pytest
from truths.forecasts import simulate_returns, simulate_volatility

from models.estimation.results import EstimationError
from models.estimation.spec import Spec
from models.forecasts.expanding import forecast_expanding
from models.forecasts.verdicts import judge_volatility
from models.forecasts.volatility import forecast_volatility

HAR = ("log_rv_gk_day", "log_rv_gk_week", "log_rv_gk_month")


def spec(**changes) -> Spec:
    chosen = {
        "family": "volatility_forecasts", "column_no": 1, "title": "t", "outcome": "log_rv_gk",
        "regressors": ("x",), "controls": HAR, "effects": ("ticker",), "inference": "newey-west",
        "estimator": "forecast_volatility", "options": (("min_history", 60), ("refit", 21)),
    }  # fmt: skip
    return Spec(**{**chosen, **changes})


def rows(fit) -> dict[str, dict[str, float]]:
    return {row["term"]: row for row in fit.terms.iter_rows(named=True)}


def test_gains_are_those_of_theory():
    """slope 0.2: squared error (0.04 + 0.25) against 0.25, R2 13.8 %; QLIKE lower by 0.02.

    18,800 forecasts: sd of either mean loss is about 1 %, of the R2 0.5 points, of the QLIKE gain 0.003.
    """
    panel = simulate_volatility(1, firms=20, sessions=1000, slope=0.2)
    fit = forecast_volatility(spec(), {"panel": panel}, "linear")
    found = rows(fit)
    assert found["mse_har"]["estimate"] == pytest.approx(0.29, rel=0.04)
    assert found["mse_emotions"]["estimate"] == pytest.approx(0.25, rel=0.04)
    assert found["r2_os"]["estimate"] == pytest.approx(100 * 0.04 / 0.29, abs=1.5)
    assert found["qlike_difference"]["estimate"] == pytest.approx(0.02, abs=0.008)
    assert found["mse_difference"]["p_value"] < 1e-6
    assert found["clark_west"]["p_value"] < 1e-6
    assert fit.summary["verdict"].startswith("Something: with emotions QLIKE is lower")
    assert "half the residual variance" in fit.summary["method"]


def test_variance_forecasts_are_right_on_average():
    """Half the residual variance makes exp(log forecast) unbiased: mean variance / forecast is 1.

    18,800 ratios with sd 0.53 and firms independent: tolerance 4 sd = 0.016, and 0.01 for estimation.
    """
    panel = simulate_volatility(2, firms=20, sessions=1000, slope=0.0)
    fit = forecast_volatility(spec(), {"panel": panel}, "linear")
    ahead = forecast_expanding(
        panel["log_rv_gk"].to_numpy(),
        panel.select(HAR).to_numpy(),
        panel["ticker"].rank("dense").to_numpy().astype(int) - 1,
        panel["session_no"].to_numpy(),
        refit=21,
    )
    log_h = ahead.forecast[ahead.made] + ahead.residual_variance[ahead.made] / 2
    ratio = np.exp(panel["log_rv_gk"].to_numpy()[ahead.made] - log_h)
    assert ratio.mean() == pytest.approx(1, abs=0.026)
    assert rows(fit)["qlike_har"]["estimate"] == pytest.approx((log_h + ratio).mean(), rel=1e-12)
    uncorrected = np.exp(panel["log_rv_gk"].to_numpy() - ahead.forecast)[ahead.made].mean()
    assert uncorrected > 1.08  # exp(0.25 / 2) = 1.13 is what is missed without the correction


def test_without_emotions_in_the_truth_there_is_nothing():
    panel = simulate_volatility(3, firms=10, sessions=500, slope=0.0)
    fit = forecast_volatility(spec(), {"panel": panel}, "linear")
    assert rows(fit)["clark_west"]["p_value"] > 0.05
    assert fit.summary["verdict"].startswith("Nothing")


def test_absolute_returns_are_forecast_as_they_are_and_never_at_or_below_zero():
    panel = simulate_returns(4, firms=10, sessions=300).with_columns(
        y=pl.col("y").abs() + 0.01 * pl.col("x0").clip(0),
        # Once, a value far below what the line was fitted on.
        wild=pl.when(pl.int_range(pl.len()) == 2900)
        .then(-500.0)
        .otherwise(pl.col("x0") + 0.1 * pl.col("x1")),
    )
    fit = forecast_volatility(
        spec(outcome="y", regressors=("wild",), controls=("x0",)), {"panel": panel}, "linear"
    )
    assert fit.summary["n_replaced_forecasts"] == 1
    assert np.isfinite(rows(fit)["qlike_emotions"]["estimate"])
    with pytest.raises(EstimationError, match="expected a log or a volatility"):
        forecast_volatility(
            spec(outcome="x1", regressors=("wild",), controls=("x0",)), {"panel": panel}, "linear"
        )


def test_one_model_cannot_be_compared():
    panel = simulate_volatility(5, firms=3, sessions=100, slope=0.0)
    with pytest.raises(EstimationError, match="compares two models"):
        forecast_volatility(spec(regressors=()), {"panel": panel}, "linear")


def test_the_verdict_says_when_emotions_make_it_worse():
    assert judge_volatility(-0.1, 0.01, 0.5, 100).startswith("Nothing: with emotions QLIKE is higher by 0.1")
    assert judge_volatility(0.1, 0.2, 0.5, 100).endswith("100 forecasts).")
    assert "too weakly to make forecasts better" in judge_volatility(0.1, 0.2, 0.01, 100)
    assert judge_volatility(0.1, float("nan"), float("nan"), 100).startswith("Nothing")


def rejections_without_signal(seeds: int) -> dict[str, float]:
    """Shares of p < 5 % where emotions add nothing: 10 firms, 300 sessions."""
    counts = {"clark_west": 0, "mse_difference": 0, "qlike_difference": 0}
    for seed in range(seeds):
        panel = simulate_volatility(seed, firms=10, sessions=300, slope=0.0)
        found = rows(forecast_volatility(spec(), {"panel": panel}, "linear"))
        for term in counts:
            counts[term] += found[term]["p_value"] < 0.05
    return {term: count / seeds for term, count in counts.items()}


@pytest.mark.slow
def test_nested_models_clark_west_keeps_its_size_and_diebold_mariano_stays_below():
    """300 seeds: 2.5 standard errors of 5 % are 3.1 points; DM of nested models rejects gains hardly ever.

    Two-sided DM rejects mostly for losses: the model with a useless term is worse.
    """
    shares = rejections_without_signal(300)
    print("\nsize at 5 %:", shares)
    assert 0.01 <= shares["clark_west"] <= 0.081
