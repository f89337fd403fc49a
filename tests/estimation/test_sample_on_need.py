"""A sample from no more rows and columns than it needs equals one from the whole panel."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from models.estimation import FAMILIES, EstimationError, Sample, Spec, estimate_family, estimate_spec
from models.estimation.absorb import absorb, encode
from models.estimation.columns import rows_needed
from models.estimation.families.predictive import PREDICTIVE
from models.estimation.sample import select_rows
from models.estimation.uncovered import count_uncovered


@pytest.fixture(scope="module")
def panel() -> pl.DataFrame:
    """Noise in all columns: half of the windows have posts, a tenth was not observed whole."""
    rng = np.random.default_rng(4)
    firms, sessions = 12, 40
    n = firms * sessions
    firm, session = np.divmod(np.arange(n), sessions)
    columns: dict[str, object] = {
        "ticker": [f"T{number:02}" for number in firm],
        "session": [date(2016, 1, 4) + timedelta(int(number)) for number in session],
        "session_no": session + 1,
        "close_lag1": rng.uniform(1, 20, n),
    }
    names = {name for spec in PREDICTIVE.specs for name in spec.variables}
    for window in ("pre_open", "intraday"):
        for lag in ("", "_lag1"):
            posts = rng.integers(0, 2, n) * rng.integers(1, 9, n)
            coverage = pl.Series(rng.choice([1.0, 0.7], n, p=[0.9, 0.1]))
            whole = coverage == 1
            columns |= {
                f"{window}_coverage{lag}": coverage,
                f"{window}_posts{lag}": pl.Series(posts).set(~whole, None),
            }
            if not lag:
                columns |= {
                    f"{window}_posts_seen": posts,
                    f"{window}_log_posts": pl.Series(np.log1p(posts)).set(~whole, None),
                }
            emotions = [name for name in names if name.startswith(window) and "log" not in name]
            for name in emotions:
                if name.endswith("_lag1") == bool(lag):
                    columns[name] = pl.Series(rng.uniform(size=n)).set(pl.Series(posts == 0), None)
    for name in sorted(names - set(columns)):
        columns[name] = rng.normal(0, 0.02, n)
    return pl.DataFrame(columns)


def narrowed(spec: Spec, panel: pl.DataFrame) -> pl.DataFrame:
    """What `sql/queries/panel_sample.sql` keeps, written again in Polars."""
    needed = rows_needed([spec], panel.clear())
    assert needed is not None
    posts = pl.coalesce(f"{needed.window}_posts", f"{needed.window}_posts_seen") >= needed.min_posts
    there = pl.all_horizontal(pl.col(needed.variables).is_not_null())
    thin = pl.any_horizontal(pl.lit(False), *(pl.col(name) < 1 for name in needed.coverage))
    return panel.filter((posts & there) | thin).select(needed.columns)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"sample": Sample(min_posts=3)},
        {"sample": Sample(price_floor=10, min_coverage=0.5)},
        {"sample": Sample(window="intraday", without=("T03",), start="2016-01-09")},
        {"sample": Sample(min_posts=0), "needs": ()},
    ],
)
@pytest.mark.parametrize("column", [0, 1, 2, 3])
def test_the_rows_and_columns_that_are_needed_give_the_sample_of_the_whole(panel, column, changes):
    spec = replace(PREDICTIVE.specs[column], **changes)
    few = narrowed(spec, panel)
    assert few.height < panel.height or not spec.sample.min_posts
    assert few.width < panel.width
    assert select_rows(spec, {"panel": few}).equals(select_rows(spec, {"panel": panel}))
    assert count_uncovered(spec, {"panel": few}) == count_uncovered(spec, {"panel": panel}) > 0


def test_where_other_rows_bear_on_a_sample_the_whole_is_asked_for(panel):
    spec, relation = PREDICTIVE.specs[0], panel.clear()
    assert rows_needed([spec], relation) is not None
    for changes in (
        {"controls": ("ret_20_lag3",)},
        {"outcome": "ret_oc_cum2"},
        {"sample": Sample(part=(0, 0.5))},
        {"sample": Sample(without_most_posted=1)},
        {"regressors": ("pre_open_happy_lag2",)},
    ):
        assert rows_needed([replace(spec, **changes)], relation) is None
    assert any(rows_needed([s], relation) for s in FAMILIES["predictive_5_posts"].specs)


def test_estimates_from_samples_read_one_after_the_other_are_the_same_to_the_last_digit(panel):
    asked: list[int] = []

    def read(specs) -> Mapping[str, pl.DataFrame]:
        asked.append(len(specs))
        return {"panel": narrowed(specs[0], panel)}

    family = PREDICTIVE.change(options=(("bootstrap", "never"),))
    one, other = estimate_family(family, panel), estimate_family(family, read)
    assert one.terms().equals(other.terms())
    assert one.models().equals(other.models())
    assert asked == [3, 1]


def test_the_panel_of_the_caller_stays_as_it_was_and_its_order_does_not_matter(panel):
    before = panel.clone()
    spec = PREDICTIVE.specs[2]
    known = estimate_spec(spec, panel).terms
    assert panel.equals(before)
    assert panel.columns == before.columns
    shuffled = panel.sample(fraction=1, shuffle=True, seed=2)
    assert estimate_spec(spec, shuffled).terms.equals(known)


@pytest.mark.parametrize(
    "column",
    [
        pl.Series(["b", "a", "ä", "b", "Z"]),
        pl.Series([date(2020, 1, 3), date(1969, 12, 31), date(2020, 1, 3), date(2020, 1, 2)]),
        pl.Series([5, -2, 5, 7]),
    ],
)
def test_levels_are_numbered_in_their_order(column):
    assert encode(column).tolist() == (column.rank("dense") - 1).to_list()
    assert encode(column).dtype == np.uint32


def test_columns_are_absorbed_alike_however_many_are_taken_at_a_time(monkeypatch):
    from models.estimation import absorb as module

    rng = np.random.default_rng(1)
    codes = np.column_stack([rng.integers(0, 30, 2000), rng.integers(0, 40, 2000)]).astype(np.uint32)
    values = np.asfortranarray(rng.normal(size=(2000, 7)))
    two = values.copy(order="F")
    absorb(values, codes)
    monkeypatch.setattr(module, "_MOST_AT_ONCE", 2)
    absorb(two, codes)
    assert (values == two).all()


def test_an_outcome_that_effects_explain_gets_a_sentence_and_others_are_estimated(panel):
    by_session = panel.with_columns(ret_co=pl.col("session_no").cast(pl.Float64) / 7)
    flat = replace(PREDICTIVE.specs[0], outcome="ret_co", controls=("ret_20",), column_no=9)
    with pytest.raises(EstimationError, match="ret_co, does not vary within firms and sessions"):
        estimate_spec(flat, by_session)
    with pytest.raises(EstimationError, match="does not vary within sessions"):
        estimate_spec(replace(flat, effects=("session",)), by_session)
    with pytest.raises(EstimationError, match="nothing to explain"):
        estimate_spec(flat, panel.with_columns(ret_co=0.25))
    both = replace(PREDICTIVE, specs=(flat, replace(PREDICTIVE.specs[0], controls=("ret_20",))))
    made = estimate_family(both, by_session)
    assert [fit.spec.column_no for fit in made.fits] == [1]
    assert "does not vary" in made.unestimated[0].reason
