"""Portfolios through the estimator: closed forms, costs, words, coverage."""

import numpy as np
import polars as pl
import pytest
from truths.portfolios import FACTOR_MEANS, simulate_sorted, spread_of_signals

from models.estimation.results import EstimationError
from models.estimation.spec import Spec
from models.forecasts.verdicts import judge_trading
from models.portfolios.estimate import sort_portfolios

BASIS_POINTS = 1e4


def spec(**changes) -> Spec:
    chosen = {
        "family": "portfolios", "column_no": 1, "title": "t", "outcome": "y", "regressors": ("x",),
        "effects": (), "inference": "newey-west", "estimator": "sort_portfolios",
    }  # fmt: skip
    return Spec(**{**chosen, **changes})


def rows(fit) -> dict[str, dict[str, float]]:
    return {row["term"]: row for row in fit.terms.iter_rows(named=True)}


def test_the_spread_its_alpha_and_its_loadings_have_their_closed_forms():
    """20 firms, 2,000 sessions. sd of the spread a session: 0.01 sqrt(2/4) = 0.0071, and loadings.

    Tolerances: four of the standard errors that are reported.
    """
    loadings = (0.5, -0.3, 0.2)
    panel, factors = simulate_sorted(1, firms=20, sessions=2000, slope=0.004, loadings=loadings)
    fit = sort_portfolios(spec(), {"panel": panel, "factors": factors}, "linear")
    found, d = rows(fit), spread_of_signals(20)
    truths = {
        "long_short": BASIS_POINTS * d * (0.004 + FACTOR_MEANS @ loadings),
        "alpha": BASIS_POINTS * d * 0.004,
        **{f"beta_{name}": d * b for name, b in zip(("mkt_rf", "smb", "hml"), loadings, strict=True)},
    }
    for term, truth in truths.items():
        assert abs(found[term]["estimate"] - truth) < 4 * found[term]["std_error"], term
    assert found["alpha"]["std_error"] < 2.5
    assert found["group_5"]["estimate"] - found["group_1"]["estimate"] == pytest.approx(
        found["long_short"]["estimate"]
    )
    assert found["replaced"]["estimate"] == pytest.approx(80, abs=2)  # four of five are new by chance
    assert fit.summary["n_sessions"] == 2000


def test_costs_of_trading_every_session_by_hand():
    """Four dollars a session: 10 basis points a side cost 40; break-even is a quarter of the spread."""
    panel, _ = simulate_sorted(2, firms=20, sessions=300, slope=0.008)
    found = rows(sort_portfolios(spec(), {"panel": panel}, "linear"))
    gross = found["long_short"]["estimate"]
    assert found["traded"]["estimate"] == 4
    for cost in (5, 10, 20):
        assert found[f"net_{cost}"]["estimate"] == pytest.approx(gross - 4 * cost)
        assert found[f"net_{cost}"]["std_error"] == pytest.approx(found["long_short"]["std_error"])
    assert found["break_even"]["estimate"] == pytest.approx(gross / 4)
    # The ratio is the t statistic times sqrt(252 / 300), but for the lags in the latter.
    t = found["long_short"]["statistic"]
    assert found["sharpe"]["estimate"] == pytest.approx(np.sqrt(252 / 300) * t, rel=0.25)


def test_a_spread_below_zero_is_traded_the_other_way():
    panel, _ = simulate_sorted(3, firms=20, sessions=300, slope=0.008)
    other_way = panel.with_columns(x=-pl.col("x"))
    one, other = (rows(sort_portfolios(spec(), {"panel": p}, "linear")) for p in (panel, other_way))
    assert other["long_short"]["estimate"] == pytest.approx(-one["long_short"]["estimate"])
    assert other["net_10"]["estimate"] == pytest.approx(one["net_10"]["estimate"])
    assert other["break_even"]["estimate"] == pytest.approx(one["break_even"]["estimate"])


def test_without_factors_the_alpha_is_null_and_the_notes_say_why():
    panel, _ = simulate_sorted(4, firms=10, sessions=60, slope=0.0)
    fit = sort_portfolios(spec(), {"panel": panel}, "linear")
    assert rows(fit)["alpha"]["estimate"] is None
    assert "factors are not loaded" in fit.summary["method"]


def test_held_positions_earn_the_next_session_and_its_factors():
    """A constant signal keeps firms; the long-short return of formation t is that of t + 1."""
    panel, factors = simulate_sorted(5, firms=10, sessions=80, slope=0.0)
    constant = panel.with_columns(x=pl.col("ticker").rank("dense").cast(pl.Float64), ret_cc=pl.col("y"))
    held = spec(outcome="ret_cc_lead1", options=(("trading", "held"),))
    fit = sort_portfolios(held, {"panel": constant, "factors": factors}, "linear")
    found = rows(fit)
    assert fit.summary["n_sessions"] == 79  # the last has no next return
    assert found["replaced"]["estimate"] == 0
    assert found["traded"]["estimate"] < 0.2  # 4 at the start, then what returns moved
    by_session = constant.pivot("ticker", index="session", values="y").sort("session")
    spread = by_session.select((pl.col("F008") + pl.col("F009") - pl.col("F000") - pl.col("F001")) / 2)
    expected = spread.to_series().to_numpy()[1:]
    assert found["long_short"]["estimate"] == pytest.approx(BASIS_POINTS * expected.mean())
    x = np.column_stack([np.ones(79), factors.select("mkt_rf", "smb", "hml").to_numpy()[1:]])
    alpha = np.linalg.lstsq(x, expected, rcond=None)[0][0]
    assert found["alpha"]["estimate"] == pytest.approx(BASIS_POINTS * alpha)
    with pytest.raises(EstimationError, match="positions that are held earn ret_cc_lead1"):
        sort_portfolios(spec(options=(("trading", "held"),)), {"panel": constant}, "linear")


def test_the_same_panel_gives_the_same_bits_in_any_order():
    panel, factors = simulate_sorted(7, firms=12, sessions=60, slope=0.01)
    shuffled = panel.sample(fraction=1, shuffle=True, seed=1)
    one, other = (
        sort_portfolios(spec(), {"panel": p, "factors": factors}, "linear").terms for p in (panel, shuffled)
    )
    assert one.equals(other)


def test_a_sort_wants_one_signal_and_firms():
    panel, _ = simulate_sorted(8, firms=10, sessions=60, slope=0.0)
    with pytest.raises(EstimationError, match="sorts by 0 variables"):
        sort_portfolios(spec(regressors=()), {"panel": panel}, "linear")
    with pytest.raises(EstimationError, match="trading is 'monthly'"):
        sort_portfolios(spec(options=(("trading", "monthly"),)), {"panel": panel}, "linear")
    one = panel.filter(pl.col("ticker") == "F000").drop("ticker")
    with pytest.raises(EstimationError, match="a sort needs firms"):
        sort_portfolios(spec(), {"panel": one}, "linear")


@pytest.mark.parametrize(
    ("spread", "p_value", "break_even", "net_p_value", "begins"),
    [
        (3.0, 0.4, 0.8, 0.4, "Nothing: +3.0 basis points"),
        (-20.0, 0.001, 5.0, 0.001, "Nothing to earn: -20.0"),
        (45.0, 0.001, 11.2, 0.4, "Hardly"),
        (90.0, 0.001, 22.5, 0.001, "Something"),
        (0.0, float("nan"), 0.0, float("nan"), "Nothing"),
    ],
)
def test_the_verdict_says_when_costs_eat_it(spread, p_value, break_even, net_p_value, begins):
    assert judge_trading(spread, p_value, break_even, 10, net_p_value, 500).startswith(begins)


@pytest.mark.slow
def test_intervals_of_spread_and_alpha_cover_the_truth():
    """300 seeds, 15 firms, 400 sessions: 95 % intervals hold the closed forms 90 to 98 times in 100."""
    loadings, d = (0.5, -0.3, 0.2), spread_of_signals(15)
    truths = {
        "long_short": BASIS_POINTS * d * (0.002 + FACTOR_MEANS @ loadings),
        "alpha": BASIS_POINTS * d * 0.002,
        "beta_mkt_rf": d * 0.5,
    }
    held = dict.fromkeys(truths, 0)
    for seed in range(300):
        panel, factors = simulate_sorted(seed, firms=15, sessions=400, slope=0.002, loadings=loadings)
        found = rows(sort_portfolios(spec(), {"panel": panel, "factors": factors}, "linear"))
        for term, truth in truths.items():
            held[term] += found[term]["conf_low"] <= truth <= found[term]["conf_high"]
    coverage = {term: count / 300 for term, count in held.items()}
    print("\ncoverage:", coverage)
    assert all(0.90 <= share <= 0.98 for share in coverage.values())
