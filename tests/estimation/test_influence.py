"""What a row does to a coefficient: by the formula, and by leaving it out."""

import numpy as np
import polars as pl
import pytest

from models.estimation import EstimationError, Sample, Spec, estimate_spec
from models.estimation.absorb import encode, triangle
from models.estimation.influence import change_without, fewest_that_turn, measure_influence
from models.estimation.least_squares import solve
from models.estimation.leverage import leverage_of_effects
from models.estimation.sample import prepare

ALL_ROWS = Sample(min_posts=0, winsorise=None)


def spec(**changes) -> Spec:
    settings = {"family": "t", "column_no": 1, "title": "t", "outcome": "y", "regressors": ("a", "b")}
    return Spec(**{**settings, "sample": ALL_ROWS, "options": (("bootstrap", "never"),), **changes})


def unbalanced(firms: int = 9, sessions: int = 12, seed: int = 3) -> pl.DataFrame:
    """y = 0.5 a - 0.3 b + firm + session + noise, a third of the firm-days missing."""
    rng = np.random.default_rng(seed)
    firm, session = np.divmod(np.arange(firms * sessions), sessions)
    a = rng.normal(size=firms * sessions) + 0.3 * firm
    b = rng.normal(size=firms * sessions) + 0.5 * a
    y = 0.5 * a - 0.3 * b + 0.2 * firm + 0.1 * session + rng.standard_t(4, size=firms * sessions)
    panel = pl.DataFrame(
        {"ticker": firm, "session": session, "quarter": session // 4, "a": a, "b": b, "y": y}
    ).with_columns(w=pl.Series(rng.uniform(0.5, 2, firms * sessions)))
    return panel.filter(pl.Series(rng.uniform(size=firms * sessions) < 0.67))


def dummies(panel: pl.DataFrame, effects: tuple[str, ...]) -> np.ndarray:
    return (
        np.column_stack([panel[e].to_numpy() == level for e in effects for level in panel[e].unique()]) * 1.0
    )


def without_each(chosen: Spec, panel: pl.DataFrame, term: str) -> np.ndarray:
    """Estimate anew, effects and all, on all rows but one."""
    fits = (estimate_spec(chosen, panel.filter(pl.int_range(pl.len()) != n)) for n in range(panel.height))
    return np.array([fit.terms.filter(pl.col("term") == term)["estimate"].item() for fit in fits])


@pytest.mark.parametrize("term", ["a", "b"])
def test_dfbeta_is_what_estimating_anew_without_the_row_changes_with_new_effects(term):
    panel = unbalanced()
    found = measure_influence(spec(), {"panel": panel}, term)
    assert found.rows.select("ticker", "session").equals(panel.select("ticker", "session"))
    np.testing.assert_allclose(
        found.estimate - found.rows["dfbeta"], without_each(spec(), panel, term), atol=1e-9
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"effects": ()},
        {"effects": ("ticker",)},
        {"effects": ("ticker", "quarter")},
        {"effects": ("ticker", "session", "quarter")},
        {"weights": "w"},
        {"regressors": ("a:b",), "controls": ("a", "b")},
    ],
)
def test_it_is_exact_for_other_effects_weights_and_products(changes):
    panel, chosen = unbalanced(7, 12), spec(**changes)
    term = chosen.terms[0]
    found = measure_influence(chosen, {"panel": panel}, term)
    np.testing.assert_allclose(
        found.estimate - found.rows["dfbeta"], without_each(chosen, panel, term), atol=1e-9
    )


def test_with_the_leverage_of_the_terms_alone_it_is_leaving_the_row_out_of_the_same_demeaned_data():
    panel = unbalanced()
    ready = prepare([spec()], {"panel": panel})
    solved = solve(spec(), ready, triangle(ready.values))
    found = measure_influence(spec(), {"panel": panel}, "a").rows
    x, y = solved.regression.x, ready.values[:, ready.columns.index("y")]
    anew = [np.linalg.lstsq(np.delete(x, n, 0), np.delete(y, n), rcond=None)[0][0] for n in range(len(y))]
    r, terms = found["value_part"].to_numpy(), found["leverage_of_terms"].to_numpy()
    change = change_without(r, 1 / (r @ r), solved.regression.residuals, terms)
    np.testing.assert_allclose(solved.estimate[0] - change, anew, atol=1e-12)


def test_it_equals_statsmodels_on_dummies():
    """OLSInfluence on firm and session dummies: leverage, residuals and DFBETA are the same numbers."""
    import statsmodels.api as sm

    panel = unbalanced()
    design = np.column_stack([panel["a"], panel["b"], dummies(panel, ("ticker", "session"))[:, :-1]])
    fitted = sm.OLS(panel["y"].to_numpy(), design).fit()
    oracle = fitted.get_influence()
    found = measure_influence(spec(inference="iid"), {"panel": panel}, "b")
    np.testing.assert_allclose(found.estimate, fitted.params[1], atol=1e-10)
    np.testing.assert_allclose(found.std_error, fitted.bse[1], rtol=1e-8)
    np.testing.assert_allclose(found.rows["leverage"], oracle.hat_matrix_diag, atol=1e-8)
    np.testing.assert_allclose(found.rows["residual"], fitted.resid, atol=1e-8)
    np.testing.assert_allclose(found.rows["dfbeta"], oracle.dfbeta[:, 1], atol=1e-8)
    # Theirs divide by the standard error without the row.
    theirs = oracle.dfbetas[:, 1] * np.sqrt(oracle.sigma2_not_obsi / fitted.mse_resid)
    np.testing.assert_allclose(found.rows["dfbetas"], theirs, atol=1e-8)


@pytest.mark.parametrize("effects", [("ticker",), ("ticker", "session"), ("session", "quarter", "ticker")])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_leverage_of_effects_is_the_diagonal_of_their_projection_and_sums_to_their_rank(
    effects, weighted
):
    panel = unbalanced()
    weights = panel["w"].to_numpy() if weighted else np.ones(panel.height)
    d = dummies(panel, effects) * np.sqrt(weights)[:, None]
    found = leverage_of_effects([encode(panel[e]) for e in effects], weights if weighted else None)
    np.testing.assert_allclose(found, np.diag(d @ np.linalg.pinv(d)), atol=1e-10)
    assert found.sum() == pytest.approx(np.linalg.matrix_rank(d))


def test_shares_and_partial_leverage_sum_to_one_and_shares_make_the_coefficient():
    found = measure_influence(spec(), {"panel": unbalanced()}, "a")
    rows = found.rows
    assert rows["share"].sum() == pytest.approx(1, abs=1e-10)
    assert rows["partial_leverage"].sum() == pytest.approx(1, abs=1e-10)
    slope = (rows["value_part"] * rows["outcome_part"]).sum() / (rows["value_part"] ** 2).sum()
    assert slope == pytest.approx(found.estimate, abs=1e-12)
    fit = estimate_spec(spec(), unbalanced()).terms.filter(pl.col("term") == "a")
    assert found.estimate == pytest.approx(fit["estimate"].item(), abs=1e-12)
    assert found.std_error == pytest.approx(fit["std_error"].item(), rel=1e-10)


def test_a_planted_outlier_is_found_and_what_it_did_is_undone():
    """One outcome of 2,000 is moved by 40 SD where the regressor is large: it comes first, by far."""
    panel = unbalanced(40, 75)
    place = int((panel["a"] - 0.3 * panel["ticker"]).arg_max())
    bent = panel.with_columns(
        y=pl.when(pl.int_range(pl.len()) == place).then(pl.col("y") + 40).otherwise("y")
    )
    clean = measure_influence(spec(), {"panel": panel.filter(pl.int_range(pl.len()) != place)}, "a")
    found = measure_influence(spec(), {"panel": bent}, "a")
    ordered = found.rows.sort(pl.col("dfbeta").abs(), descending=True)
    first = ordered.row(0, named=True)
    assert (first["ticker"], first["session"]) == panel.select("ticker", "session").row(place)
    assert first["dfbeta"] > 5 * abs(ordered["dfbeta"][1])
    assert found.estimate - first["dfbeta"] == pytest.approx(clean.estimate, abs=1e-9)


def test_outcome_and_value_are_those_of_the_sample_winsorised_and_without_singletons():
    panel = pl.concat(
        [unbalanced(), pl.DataFrame({"ticker": [99], "session": [0], "quarter": [0]})], how="diagonal"
    )
    alone = panel.with_columns(pl.col("a", "b", "y").fill_null(0.0))
    chosen = spec(winsorised=("y",), sample=Sample(min_posts=0, winsorise=(0.05, 0.95)))
    rows = measure_influence(chosen, {"panel": alone}, "a").rows
    assert 99 not in rows["ticker"].to_list()
    assert rows["outcome"].max() < alone["y"].max()
    assert rows["value"].to_list() == unbalanced()["a"].to_list()


def test_the_fewest_rows_that_turn_a_coefficient_nearly_turn_it():
    """To first order: leaving the counted rows out takes at least four fifths of a weak slope away."""
    panel = unbalanced(20, 40, seed=8).with_columns(y=pl.col("y") - 0.42 * pl.col("a"))
    found = measure_influence(spec(), {"panel": panel}, "a")
    n = fewest_that_turn(found)
    assert n is not None
    assert 1 < n < panel.height / 4
    sign = 1 if found.estimate > 0 else -1
    rest = found.rows.sort(pl.col("dfbeta") * sign, descending=True)[n:]
    kept = panel.join(rest.select("ticker", "session"), on=["ticker", "session"], how="semi")
    assert abs(measure_influence(spec(), {"panel": kept}, "a").estimate) < 0.2 * abs(found.estimate)


def test_a_row_that_effects_fit_alone_changes_nothing_and_one_without_which_nothing_is_left_is_null():
    r = np.array([0.0, 1.0, 1.0])
    changed = change_without(r, 0.5, np.array([0.0, 0.0, 1.0]), np.array([1.0, 1.0, 0.5]))
    assert changed[0] == 0
    assert np.isnan(changed[1])
    assert changed[2] == 1.0


def test_what_cannot_be_measured_gets_a_sentence():
    panel = unbalanced()
    with pytest.raises(EstimationError, match="has no coefficient of c"):
        measure_influence(spec(), {"panel": panel}, "c")
    with pytest.raises(EstimationError, match="not estimated by least squares"):
        measure_influence(spec(estimator="quantile"), {"panel": panel}, "a")
    with pytest.raises(EstimationError, match="does not stand on firm-days"):
        measure_influence(spec(frame="market_days"), {"market_days": panel.drop("ticker")}, "a")
