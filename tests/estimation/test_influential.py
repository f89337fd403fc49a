"""The firm-days kept of a coefficient are those that estimating it anew finds, to the same numbers."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.estimation import Family, Sample, Spec, estimate_family
from models.estimation import influential as module
from models.estimation.influence import count_fewest, fewest_that_turn, measure_influence


@pytest.fixture(scope="module")
def panel() -> pl.DataFrame:
    """y = 0.1 a - 0.3 b + firm + session + noise; 900 firm-days of 1,200."""
    rng = np.random.default_rng(11)
    firm, session = np.divmod(np.arange(1200), 40)
    a, b = rng.normal(size=(2, 1200))
    y = 0.1 * a - 0.3 * b + 0.2 * firm + 0.1 * session + rng.standard_t(4, size=1200)
    columns = {"ticker": firm, "session": session, "a": a, "b": b, "y": y, "w": rng.uniform(0.5, 2, 1200)}
    return pl.DataFrame(columns).filter(pl.Series(rng.uniform(size=1200) < 0.75))


def column(number: int, *regressors: str, **changes) -> Spec:
    return Spec("t", number, f"t{number}", "y", regressors, **{
        "sample": Sample(min_posts=0, winsorise=(0.01, 0.99)), "winsorised": ("y",), "needs": ("a", "b"),
        "options": (("bootstrap", "never"),), **changes,
    })  # fmt: skip


@pytest.mark.parametrize(
    "changes", [{}, {"effects": ()}, {"effects": ("ticker",), "weights": "w"}, {"inference": "HC1"}]
)
def test_what_is_kept_is_what_measuring_all_rows_finds(panel, changes):
    specs = (column(1, "a", **changes), column(2, "a", "b", "a:b", **changes))
    made = estimate_family(Family("t", "", specs), panel, influence=True)
    kept, sums = made.influential(), made.concentration()
    for spec in specs:
        for term in spec.terms:
            of_all = measure_influence(spec, {"panel": panel}, term)
            known = of_all.rows.sort(
                pl.col("dfbeta").abs(), "ticker", "session", descending=[True, False, False]
            )
            of_term = (pl.col("column_no") == spec.column_no) & (pl.col("term") == term)
            found = kept.filter(of_term)
            first = found.drop_nulls("place").sort("place")
            assert first["place"].to_list() == list(range(1, module.MOST + 1))
            assert_frame_equal(first.select(known.columns), known.head(module.MOST), rel_tol=1e-12)
            others = found.filter(pl.col("place").is_null())
            assert_frame_equal(
                others.select(known.columns).sort("ticker", "session"),
                of_all.rows.join(others, on=["ticker", "session"], how="semi"),
                rel_tol=1e-12,
            )
            share = of_all.rows["share"].sort(descending=True)
            (totals,) = sums.filter(of_term).to_dicts()
            assert totals["n_rows"] == known.height
            assert totals["to_zero"] == fewest_that_turn(of_all)
            assert totals["carried_most"] == pytest.approx(share.head(10).sum(), rel=1e-12)
            assert totals["carried_least"] == pytest.approx(share.tail(10).sum(), rel=1e-12)


def test_a_small_sample_is_kept_whole_and_no_firm_day_twice(panel):
    few = panel.filter(pl.col("ticker") < 4)
    made = estimate_family(Family("t", "", (column(1, "a"),)), few, influence=True)
    n = made.models()["n_obs"].item()
    assert n < module.MOST
    assert made.influential()["place"].to_list() == list(range(1, n + 1))
    many = estimate_family(Family("t", "", (column(1, "a"),)), panel, influence=True).influential()
    assert many.select("ticker", "session").is_unique().all()


def test_it_is_not_looked_for_unasked_and_not_where_effects_have_too_many_levels(panel, monkeypatch):
    family = Family("t", "", (column(1, "a"),))
    assert estimate_family(family, panel).influential().width == 0
    monkeypatch.setattr("models.estimation.leverage.MOST_LEVELS", 10)
    made = estimate_family(family, panel, influence=True)
    assert made.influential().width == made.concentration().width == 0
    assert made.terms().height == 1


def test_the_fewest_are_counted_alike_when_only_the_largest_are_sorted():
    rng = np.random.default_rng(3)
    change = rng.normal(size=50_000)
    ordered = np.sort(change[change > 0])[::-1].cumsum()
    for estimate in (ordered[10] - 1e-9, ordered[9_000] - 1e-9, ordered[-2]):
        assert count_fewest(change, estimate) == int(np.searchsorted(ordered, estimate)) + 1
    assert count_fewest(change, ordered[-1] + 1) is None
    assert count_fewest(np.array([np.nan, 1.0, 2.0]), 1.5) == 1
