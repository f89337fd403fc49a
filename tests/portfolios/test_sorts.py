"""Sorting, trading and performance by hand, and against statsmodels."""

import numpy as np
import polars as pl
import pytest
from truths.forecasts import dates

from models.estimation.results import EstimationError
from models.portfolios.performance import regress_on_factors, sharpe_ratio
from models.portfolios.sorts import Sorted, choose_groups, sort_firms
from models.portfolios.trading import trade


def session(number: int, signals: list[float], returns: list[float] | None = None) -> pl.DataFrame:
    n = len(signals)
    return pl.DataFrame(
        {
            "session_no": [number] * n,
            "ticker": [chr(65 + i) for i in range(n)],
            "signal": signals,
            "ret": returns or [0.0] * n,
        },
        schema_overrides={"session_no": pl.Int64, "signal": pl.Float64, "ret": pl.Float64},
    )


def test_firms_without_ties_fall_into_groups_that_differ_by_one_at_most():
    signals = list(np.random.default_rng(1).normal(size=13))
    members = sort_firms(session(1, signals)).members
    assert members.group_by("group").len().sort("group")["len"].to_list() == [3, 3, 2, 3, 2]
    lowest = members.filter(pl.col("group") == 1)["ticker"].to_list()
    assert lowest == sorted(chr(65 + i) for i in np.argsort(signals)[:3])


def test_equal_signals_share_a_group_and_nothing_but_the_signal_decides():
    members = sort_firms(session(1, [0.0] * 6 + [1, 2, 3, 4])).members
    assert members["group"].to_list() == [1] * 6 + [4, 4, 5, 5]


def test_sessions_with_few_firms_or_an_empty_top_are_skipped_and_counted():
    good = [session(t, list(range(10))) for t in (1, 2, 3)]
    few, tied = session(4, list(range(9))), session(5, [0] * 7 + [1] * 3)
    ranked = sort_firms(pl.concat([*good, few, tied]))
    assert (ranked.groups, ranked.n_few, ranked.n_tied) == (5, 1, 1)
    assert ranked.members["session_no"].unique().sort().to_list() == [1, 2, 3]
    with pytest.raises(EstimationError, match="share the highest value"):
        sort_firms(session(1, [0] * 7 + [1] * 3))


def test_groups_do_not_depend_on_returns_or_on_other_sessions():
    rng = np.random.default_rng(4)
    first = session(1, list(rng.normal(size=12)))
    members = sort_firms(pl.concat([first, session(2, list(range(12)))])).members
    other = sort_firms(
        pl.concat([first.with_columns(ret=pl.lit(9.0)), session(2, list(range(12, 0, -1)))])
    ).members
    assert members["group"][:12].to_list() == other["group"][:12].to_list()
    assert members["group"][12:].to_list() != other["group"][12:].to_list()


def test_fewer_firms_make_fewer_groups():
    assert choose_groups(pl.Series([10, 10, 9]), 5) == 5
    assert choose_groups(pl.Series([10, 9, 9]), 5) == 3
    assert choose_groups(pl.Series([5, 5, 4]), 5) == 2
    assert choose_groups(pl.Series([20, 20]), 10) == 10
    with pytest.raises(EstimationError, match="only 1 of 3 sessions have the 4 firms"):
        choose_groups(pl.Series([3, 3, 4]), 5)


def two_sessions() -> Sorted:
    """Two groups: A, B low and C, D high; then A, C low and B, D high; no session 3; then as first."""
    rows = pl.concat(
        [
            session(1, [1, 2, 3, 4], [0.10, -0.10, 0.20, 0.00]),
            session(2, [1, 3, 2, 4], [0.01, 0.02, 0.03, 0.04]),
            session(4, [1, 2, 3, 4], [0.0, 0.0, 0.0, 0.0]),
        ]
    )
    return sort_firms(rows, 2)


def test_returns_turnover_and_volume_by_hand():
    """Held: D of high drifts from 1/2 to 0.5 * 1 / 1.1 = 0.4545 and C to 0.5454 after session 1.

    At 2, the high side sells C (0.5454), buys B (0.5) and tops D up by 0.0454: 1.0909. The low side drifts
    to A 0.55, B 0.45; it sells B (0.45), buys C (0.5) and sells 0.05 of A: 1.0. Sessions 1 and 4 follow
    none: 4 dollars each.
    """
    held, daily = trade(two_sessions(), held=True), trade(two_sessions(), held=False)
    np.testing.assert_allclose(held.returns, [[0.0, 0.10], [0.02, 0.03], [0, 0]], atol=1e-15)
    np.testing.assert_allclose(held.long_short, [0.10, 0.01, 0], atol=1e-15)
    np.testing.assert_allclose(held.volume, [4, 1 / 1.1 * 1.2 + 1.0, 4], atol=1e-12)
    np.testing.assert_allclose(daily.volume, [4, 4, 4])
    assert held.replaced == pytest.approx(0.5)  # one of two firms on both sides of session 2
    assert held.session_no.tolist() == [1, 2, 4]


def test_a_side_that_keeps_its_firms_trades_only_what_returns_have_moved():
    rows = pl.concat([session(t, [1, 2, 3, 4], [0.1, 0.1, 0.2, 0.2]) for t in (1, 2)])
    held = trade(sort_firms(rows, 2), held=True)
    assert held.volume[1] == pytest.approx(0, abs=1e-15)
    assert held.replaced == 0


def test_a_middle_group_that_ties_leave_empty_has_no_return_that_session():
    tied = session(2, [0, 0, 0, 0, 1, 2], [0.3] * 6)
    rows = pl.concat([session(1, list(range(6)), [0.1, 0.1, 0.2, 0.2, 0.3, 0.3]), tied])
    returns = trade(sort_firms(rows, 3), held=False).returns
    np.testing.assert_allclose(returns, [[0.1, 0.2, 0.3], [0.3, np.nan, 0.3]])


def test_alpha_and_loadings_equal_the_algebra_written_out():
    """The sandwich of Newey and West in plain numpy, 4 lags at T = 150."""
    rng = np.random.default_rng(2)
    f = rng.normal(0, 0.01, size=(150, 3))
    r = 0.001 + f @ [0.5, -0.2, 0.1] + 0.01 * rng.normal(size=150)
    factors = pl.DataFrame({"session": dates(150), "mkt_rf": f[:, 0], "smb": f[:, 1], "hml": f[:, 2]})
    found = regress_on_factors(pl.DataFrame({"session": dates(150), "ret": r}), factors, "newey-west")
    x = np.column_stack([np.ones(150), f])
    bread = np.linalg.inv(x.T @ x)
    b = bread @ x.T @ r
    s = x * (r - x @ b)[:, None]
    meat = s.T @ s + sum((1 - k / 5) * (s[k:].T @ s[:-k] + s[:-k].T @ s[k:]) for k in range(1, 5))
    se = np.sqrt(150 / 146 * np.diag(bread @ meat @ bread))
    np.testing.assert_allclose(found.estimates, b, rtol=1e-9)
    np.testing.assert_allclose(found.std_errors, se, rtol=1e-9)


def test_without_factors_or_with_few_sessions_of_them_there_is_no_alpha():
    returns = pl.DataFrame({"session": dates(30), "ret": np.arange(30.0)})
    factors = pl.DataFrame({"session": dates(19), "mkt_rf": 0.0, "smb": 0.0, "hml": 0.0})
    assert regress_on_factors(returns, None, "newey-west") is None
    assert regress_on_factors(returns, pl.DataFrame(), "newey-west") is None
    assert regress_on_factors(returns, factors, "newey-west") is None


def test_sharpe_ratio_by_hand_and_its_error_by_simulation():
    """Mean 0.1, sd 1, T = 250: sd of the yearly ratio over 2,000 draws against Lo's formula; 5 %: 3 sd."""
    assert sharpe_ratio(np.array([1.0, 3.0])).estimate == pytest.approx(np.sqrt(252) * 2 / np.sqrt(2))
    assert np.isnan(sharpe_ratio(np.ones(9)).estimate)
    rng = np.random.default_rng(3)
    ratios = [sharpe_ratio(rng.normal(0.1, 1, 250)) for _ in range(2000)]
    assert np.std([r.estimate for r in ratios]) == pytest.approx(
        np.mean([r.std_error for r in ratios]), rel=0.05
    )
