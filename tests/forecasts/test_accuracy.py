"""Means over sessions and tests of accuracy: hand algebra, statsmodels, size."""

import numpy as np
import pytest

from models.estimation.results import EstimationError
from models.forecasts.accuracy import (
    clark_west,
    correlation,
    diebold_mariano,
    excess_right_signs,
    out_of_sample_r2,
    qlike,
)
from models.forecasts.means import mean_over_sessions, read_lags


def autocorrelated(seed: int, sessions: int, firms: int = 1) -> np.ndarray:
    """(sessions, firms): a common AR(1) of 0.5 and own noise."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=sessions)
    for t in range(1, sessions):
        common[t] += 0.5 * common[t - 1]
    return common[:, None] + rng.normal(size=(sessions, firms))


@pytest.mark.parametrize(("inference", "lags"), [("newey-west", 4), ("newey-west:7", 7), ("newey-west:0", 0)])
def test_one_series_equals_newey_west_of_statsmodels(inference, lags):
    """To 1e-12: the same sums; statsmodels' correction n/(n-1) is ours."""
    from statsmodels.regression.linear_model import OLS

    v = autocorrelated(1, 130)[:, 0]
    mean = mean_over_sessions(v, np.arange(130), inference)
    fitted = OLS(v, np.ones(130)).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True
    )
    assert mean.lags == lags
    assert mean.std_error == pytest.approx(fitted.bse[0], rel=1e-12)
    assert mean.p_value == pytest.approx(fitted.pvalues[0], rel=1e-10)


def test_equally_many_firms_give_newey_west_on_means_of_sessions():
    v = autocorrelated(2, 90, firms=5)
    panel = mean_over_sessions(v.ravel(), np.repeat(np.arange(90), 5))
    series = mean_over_sessions(v.mean(axis=1), np.arange(90))
    assert panel.estimate == pytest.approx(series.estimate, rel=1e-12)
    assert panel.std_error == pytest.approx(series.std_error, rel=1e-12)


def test_an_unbalanced_panel_equals_driscoll_kraay_of_linearmodels():
    """To 1e-10 after their factors: linearmodels divides by n/(n-1), ours by T/(T-1)."""
    pd = pytest.importorskip("pandas")
    linearmodels = pytest.importorskip("linearmodels")
    rng = np.random.default_rng(3)
    v, session, firm = (
        autocorrelated(3, 60, firms=6).ravel(),
        np.repeat(np.arange(60), 6),
        np.tile(np.arange(6), 60),
    )
    kept = rng.uniform(size=360) < 0.6
    v, session, firm = v[kept], session[kept], firm[kept]
    frame = pd.DataFrame({"y": v, "one": 1.0}, index=pd.MultiIndex.from_arrays([firm, session]))
    fitted = linearmodels.PooledOLS(frame["y"], frame[["one"]]).fit(
        cov_type="kernel", kernel="bartlett", bandwidth=3, debiased=False
    )
    mean = mean_over_sessions(v, session, "newey-west:3")
    assert mean.estimate == pytest.approx(fitted.params.iloc[0], rel=1e-10)
    assert mean.std_error == pytest.approx(fitted.std_errors.iloc[0] * np.sqrt(60 / 59), rel=1e-10)


def test_lags_follow_newey_and_west_and_end_at_the_sample():
    assert [read_lags("newey-west", n) for n in (20, 100, 2500)] == [2, 4, 8]
    assert read_lags("newey-west:30", 21) == 20
    with pytest.raises(EstimationError, match="'HC1' does not suit a mean"):
        read_lags("HC1", 100)


def test_few_sessions_are_refused_and_equal_values_have_no_error():
    with pytest.raises(EstimationError, match="19 sessions are left"):
        mean_over_sessions(np.arange(19.0), np.arange(19))
    same = mean_over_sessions(np.full(30, 0.1), np.arange(30))
    assert same.estimate == pytest.approx(0.1)
    assert np.isnan(same.std_error)
    assert np.isnan(same.p_value)


def test_r2_clark_west_and_qlike_by_hand():
    """Squares missed: 1 + 4 = 5 by the benchmark 0, 0.25 + 1 = 1.25 by the forecast: R2 0.75."""
    y, forecast, benchmark = np.array([1.0, -2.0]), np.array([0.5, -1.0]), np.zeros(2)
    assert out_of_sample_r2(y, forecast, benchmark) == pytest.approx(0.75)
    y, forecast = np.tile(y, 15), np.tile(forecast, 15)
    # f = 1 - (0.25 - 0.25) and 4 - (1 - 1): mean 2.5, of which 30 alternate about it by 1.5.
    adjusted = clark_west(y, forecast, 0 * y, np.arange(30), "newey-west:0")
    assert adjusted.estimate == pytest.approx(2.5)
    assert adjusted.std_error == pytest.approx(1.5 / np.sqrt(29))
    np.testing.assert_allclose(qlike(np.array([2.0, 1.0]), np.array([1.0, np.e])), [2.0, 1 + 1 / np.e])
    assert np.isnan(out_of_sample_r2(np.zeros(2), y[:2], np.zeros(2)))


def test_excess_of_right_signs_is_that_of_pesaran_and_timmermann():
    """Share less the share of independent signs; their variance of it, without lags, to rel. 2 / n."""
    rng = np.random.default_rng(5)
    n = 4000
    forecast = rng.normal(0.3, 1, n)
    y = 0.2 * forecast + rng.normal(0.1, 1, n)
    excess = excess_right_signs(y, forecast, np.arange(n), "newey-west:0")
    p_y, p_f = (y > 0).mean(), (forecast > 0).mean()
    expected = p_y * p_f + (1 - p_y) * (1 - p_f)
    share = (np.sign(y) == np.sign(forecast)).mean()
    assert excess.estimate == pytest.approx(share - expected, abs=1e-12)
    under_independence = 4 * p_y * p_f * (1 - p_y) * (1 - p_f) / n
    # Pesaran and Timmermann (1992), eq. 6, less O(1/n^2); signs here are but weakly dependent.
    assert excess.std_error**2 == pytest.approx(under_independence, rel=0.05)


def test_always_forecasting_a_rise_has_no_excess_of_right_signs():
    y = np.random.default_rng(6).normal(0.5, 1, 300)
    excess = excess_right_signs(y, np.ones(300), np.arange(300))
    assert excess.estimate == 0
    assert np.isnan(excess.p_value)


def test_correlation_equals_scipy_and_its_error_that_of_the_normal_distribution():
    """(1 - r^2)^2 / n for a bivariate normal; tolerance 5 %: sampling of fourth moments at n = 20,000."""
    from scipy import stats

    rng = np.random.default_rng(7)
    forecast = rng.normal(size=20_000)
    y = 0.5 * forecast + rng.normal(size=20_000)
    mean = correlation(y, forecast, np.arange(20_000), "newey-west:0")
    assert mean.estimate == pytest.approx(stats.pearsonr(y, forecast).statistic, abs=1e-12)
    assert mean.std_error == pytest.approx((1 - mean.estimate**2) / np.sqrt(20_000), rel=0.05)


def test_diebold_mariano_with_the_correction_of_harvey_leybourne_newbold_by_hand():
    loss, other = np.random.default_rng(8).normal(size=(2, 50)) ** 2
    d = loss - other
    plain = d.mean() / np.sqrt(d.var() / 50)
    corrected = plain * np.sqrt((50 + 1 - 2 * 1 + 1 * (1 - 1) / 50) / 50)  # their eq. 9, h = 1
    assert diebold_mariano(loss, other, np.arange(50), "newey-west:0").statistic == pytest.approx(corrected)


def rejections_of_diebold_mariano(seeds: int) -> float:
    """Share of p < 5 %: 8 firms, 400 sessions, losses with one mean, a common AR(1) in their difference."""
    rejected = 0
    for seed in range(seeds):
        loss, other = (autocorrelated(2 * seed + j, 400, firms=8) ** 2 for j in (0, 1))
        sessions = np.repeat(np.arange(400), 8)
        rejected += diebold_mariano(loss.ravel(), other.ravel(), sessions).p_value < 0.05
    return rejected / seeds


def test_diebold_mariano_rejects_about_one_true_null_in_twenty():
    """300 seeds: 2.5 standard errors are 3.1 points, and Newey-West rejects a little too often."""
    assert 0.02 <= rejections_of_diebold_mariano(300) <= 0.09
