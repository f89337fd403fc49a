"""The one pass equals a regression for every window, and no window sees its own session."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.estimation.results import EstimationError
from models.forecasts.expanding import forecast_expanding


def unbalanced(seed: int, firms: int = 6, sessions: int = 40, k: int = 3):
    """Rows of a panel with holes, shuffled: y, x, firms, sessions."""
    rng = np.random.default_rng(seed)
    session, firm = np.divmod(np.arange(firms * sessions), firms)
    kept = np.flatnonzero(rng.uniform(size=firms * sessions) < 0.7)
    rng.shuffle(kept)
    session = np.unique(session[kept], return_inverse=True)[1]
    x = rng.normal(size=(len(kept), k)) * [1, 0.01, 30] + firm[kept, None]
    y = 0.01 * firm[kept] + 0.02 * x[:, 0] + 0.03 * rng.normal(size=len(kept))
    return y, x, firm[kept], session


def forecast_by_brute_force(y, x, firm, session, min_history, refit):
    """Dummies and slopes by least squares anew for each row, on the rows before."""
    history = np.array([((firm == f) & (session < t)).sum() for f, t in zip(firm, session, strict=True)])
    first = session[history >= min_history].min()
    forecast = np.full(len(y), np.nan)
    variance = np.full(len(y), np.nan)
    for j in np.flatnonzero(history >= min_history):
        fitted_at = first + (session[j] - first) // refit * refit
        train = session < fitted_at
        dummies = (firm[train, None] == np.unique(firm[train])).astype(float)
        design = np.column_stack([x[train], dummies])
        b, *_ = np.linalg.lstsq(design, y[train], rcond=None)
        residual = y[train] - design @ b
        variance[j] = residual @ residual / (train.sum() - design.shape[1])
        own = (firm == firm[j]) & (session < session[j])
        forecast[j] = y[own].mean() + (x[j] - x[own].mean(axis=0)) @ b[: x.shape[1]]
    return forecast, variance


@pytest.mark.parametrize("refit", [1, 5])
def test_one_pass_equals_estimating_every_window_from_scratch(refit):
    """To 1e-10: both are exact algebra, on numbers of size 0.01 to 30."""
    rows = unbalanced(1)
    ahead = forecast_expanding(*rows, min_history=8, refit=refit)
    forecast, variance = forecast_by_brute_force(*rows, 8, refit)
    assert ahead.made.sum() > 80
    np.testing.assert_allclose(ahead.forecast, forecast, atol=1e-10)
    np.testing.assert_allclose(ahead.residual_variance, variance, rtol=1e-10)


def test_one_firm_equals_a_regression_with_an_intercept_of_statsmodels():
    from statsmodels.regression.linear_model import OLS

    rng = np.random.default_rng(3)
    x, session = rng.normal(size=(50, 2)), np.arange(50)
    y = 0.1 + x @ [0.3, -0.2] + rng.normal(size=50)
    ahead = forecast_expanding(y, x, 0 * session, session, min_history=10, refit=1)
    for t in (10, 11, 49):
        fitted = OLS(y[:t], np.column_stack([np.ones(t), x[:t]])).fit()
        assert ahead.forecast[t] == pytest.approx(fitted.predict([1, *x[t]])[0], abs=1e-12)
        assert ahead.residual_variance[t] == pytest.approx(fitted.scale, rel=1e-10)


def test_three_sessions_by_hand():
    """y = 1, 3, 2 and x = 0, 1, 2: slope 2, means 2 and 0.5, so 2 + 1.5 * 2 = 5 is forecast for the third."""
    ahead = forecast_expanding(
        np.array([1.0, 3.0, 2.0]),
        np.array([[0.0], [1.0], [2.0]]),
        np.zeros(3, int),
        np.arange(3),
        min_history=2,
    )
    assert np.isnan(ahead.forecast[:2]).all()
    assert ahead.forecast[2] == pytest.approx(5.0)
    assert ahead.benchmark[2] == pytest.approx(2.0)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), t=st.integers(12, 38), refit=st.sampled_from([1, 4]))
def test_what_happens_at_t_and_later_leaves_forecasts_for_t_unchanged(seed, t, refit):
    """All later rows and the outcome of t change; the forecast for t knows only x of t."""
    y, x, firm, session = unbalanced(seed)
    rng = np.random.default_rng(seed + 1)
    other_y, other_x = y.copy(), x.copy()
    other_y[session >= t] = rng.normal(size=(session >= t).sum()) * 100
    other_x[session > t] = rng.normal(size=((session > t).sum(), 3)) * 100
    one = forecast_expanding(y, x, firm, session, min_history=8, refit=refit)
    other = forecast_expanding(other_y, other_x, firm, session, min_history=8, refit=refit)
    known = session <= t
    for name in ("forecast", "benchmark", "residual_variance"):
        np.testing.assert_array_equal(getattr(one, name)[known], getattr(other, name)[known])


def test_what_happens_at_t_changes_every_forecast_after_it():
    """The counterpart of the property above, which would also hold of forecasts that never learn."""
    y, x, firm, session = unbalanced(2)
    changed = np.where(session >= 30, 9.0, y)
    one = forecast_expanding(y, x, firm, session, min_history=8)
    other = forecast_expanding(changed, x, firm, session, min_history=8)
    later = (session > 30) & one.made
    assert (one.forecast[later] != other.forecast[later]).all()


def test_order_of_rows_does_not_matter():
    y, x, firm, session = unbalanced(4)
    order = np.random.default_rng(0).permutation(len(y))
    one = forecast_expanding(y, x, firm, session, min_history=8)
    other = forecast_expanding(y[order], x[order], firm[order], session[order], min_history=8)
    np.testing.assert_allclose(other.forecast, one.forecast[order], atol=1e-13)


def test_a_constant_or_repeated_term_changes_nothing():
    y, x, firm, session = unbalanced(5)
    plain = forecast_expanding(y, x, firm, session, min_history=8)
    more = np.column_stack([x, np.ones(len(y)), x[:, 0]])
    redundant = forecast_expanding(y, more, firm, session, min_history=8)
    np.testing.assert_allclose(redundant.forecast, plain.forecast, atol=1e-10)


def test_too_short_a_history_is_said():
    with pytest.raises(EstimationError, match=r"no firm has 60 sessions of history .* longest has 2"):
        forecast_expanding(np.ones(3), np.ones((3, 1)), np.zeros(3, int), np.arange(3))
    with pytest.raises(EstimationError, match="refit 0; expected"):
        forecast_expanding(np.ones(3), np.ones((3, 1)), np.zeros(3, int), np.arange(3), refit=0)
