"""The columns of the family: what errors do to a known truth, and what of it is undone."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from truths.measurement import COEFFICIENTS, confusion_of, counts_of, simulate_misclassified_posts

from models.emotions import EMOTIONS, SIX
from models.estimation import EstimationError, Sample, Spec, estimate_family, estimate_spec
from models.estimation.families.measurement import MEASUREMENT
from models.measurement.confusion import read_confusion, shipped_confusion

TRUTH = np.array([COEFFICIENTS[emotion] for emotion in SIX])
PRE_OPEN = tuple(f"pre_open_{emotion}" for emotion in SIX)
GOOD = confusion_of(0.85)
LINEAR = read_confusion(shipped_confusion("linear"), "linear").matrix
CORRECTED = ("adjusted_counts", "simulation_extrapolation")


def spec(estimator: str = "least_squares", **options: object) -> Spec:
    return Spec(
        family="measurement",
        column_no=1,
        title="t",
        outcome="ret_oc",
        regressors=PRE_OPEN,
        controls=("control",),
        sample=Sample(winsorise=None),
        estimator=estimator,
        options=tuple(options.items()),
    )


def data(seed: int, confusion: np.ndarray, **more: float) -> dict[str, pl.DataFrame]:
    return {"panel": simulate_misclassified_posts(seed, confusion, **more), "confusion": counts_of(confusion)}


def ratio(spec: Spec, frames: dict[str, pl.DataFrame]) -> float:
    """The coefficients on the six emotions against the truth, as one number: their projection on it."""
    estimate = estimate_spec(spec, frames).terms["estimate"].to_numpy()[:6]
    return float(estimate @ TRUTH / (TRUTH @ TRUTH))


def test_shares_of_tags_are_shares_of_tags():
    frames = data(1, GOOD, firms=15, sessions=40)
    posts = pl.sum_horizontal(pl.col("^pre_open_n_.*$"))
    replaced = frames["panel"].with_columns(
        (pl.col(f"pre_open_n_{emotion}") / posts).alias(f"pre_open_{emotion}") for emotion in EMOTIONS
    )
    fit = estimate_spec(spec("label_shares"), frames)
    plain = estimate_spec(spec(), replaced)
    assert fit.terms.equals(plain.terms)
    assert fit.summary["estimator"] == "label_shares"
    assert fit.spec.title == "t"


@pytest.mark.parametrize("estimator", CORRECTED)
def test_a_tagger_without_errors_changes_no_bit(estimator):
    frames = data(2, np.eye(7), firms=15, sessions=40)
    options = {"replicates": 3} if estimator == "simulation_extrapolation" else {}
    corrected = estimate_spec(spec(estimator, **options), frames).terms
    naive = estimate_spec(spec("label_shares", bootstrap="never"), frames).terms
    assert corrected["term"].to_list() == [*PRE_OPEN, "control"]
    assert np.array_equal(corrected["estimate"], naive["estimate"])
    assert np.array_equal(corrected["std_error"], naive["std_error"])
    if estimator == "simulation_extrapolation":
        # Intervals of naive estimates are those of t with the smaller number of clusters less one, too.
        np.testing.assert_allclose(corrected["conf_low"], naive["conf_low"], rtol=1e-12)


def test_with_one_post_a_day_tags_attenuate_and_extrapolation_undoes_it():
    """40,000 firm-days: the projection on the truth has a standard error of about 0.01."""
    frames = data(3, GOOD, firms=160, extra_posts=0.0, noise=0.005)
    naive = ratio(spec("label_shares"), frames)
    assert naive == pytest.approx(0.82, abs=0.03)
    assert ratio(spec("simulation_extrapolation", replicates=5), frames) == pytest.approx(1.0, abs=0.05)
    # One post is all of its emotion, adjusted or not; and calibrated probabilities are not attenuated.
    assert ratio(spec("adjusted_counts"), frames) == pytest.approx(naive, abs=1e-9)
    assert ratio(spec(), frames) == pytest.approx(1.0, abs=0.05)


def test_with_many_posts_a_day_averages_overshoot_and_adjusted_shares_are_right():
    frames = data(4, GOOD, extra_posts=60.0, noise=0.002)
    assert ratio(spec(), frames) > 1.3
    assert ratio(spec("label_shares"), frames) > 1.1
    assert ratio(spec("adjusted_counts"), frames) == pytest.approx(1.0, abs=0.05)
    assert ratio(spec("simulation_extrapolation", replicates=3), frames) == pytest.approx(1.0, abs=0.05)


def test_with_the_errors_of_the_shipped_tagger_extrapolation_undoes_much_and_not_all():
    frames = data(5, LINEAR, firms=160, extra_posts=0.0, noise=0.005)
    naive = ratio(spec("label_shares"), frames)
    extrapolated = ratio(spec("simulation_extrapolation", replicates=5), frames)
    assert naive < 0.55
    assert naive + 0.2 < extrapolated < 0.95


def test_the_same_data_give_the_same_bits():
    frames = data(6, GOOD, firms=12, sessions=30)
    first, second = (
        estimate_spec(spec("simulation_extrapolation", replicates=3), frames).terms for _ in range(2)
    )
    assert first.equals(second)
    other = estimate_spec(spec("simulation_extrapolation", replicates=3, seed=1), frames).terms
    assert not np.array_equal(first["estimate"], other["estimate"])


def test_the_family_has_one_sample_and_says_what_each_column_did():
    frames = data(7, GOOD, firms=15, sessions=60)
    panel = frames["panel"].rename({"control": "ret_co"})
    rng = np.random.default_rng(0)
    names = ("ret_oc_lag1", "ret_20", "vol_183", "pre_open_log_posts")
    panel = panel.with_columns(pl.Series(name, rng.normal(size=panel.height)) for name in names)
    unposted = pl.col("session") == pl.col("ticker")
    counts = [pl.when(unposted).then(None).otherwise(pl.col(c)).alias(c) for c in panel.columns if "_n_" in c]
    few = MEASUREMENT.change(options=(("replicates", 2),))
    estimated = estimate_family(few, {**frames, "panel": panel.with_columns(counts)})
    assert not estimated.unestimated
    models = estimated.models()
    assert models["n_obs"].to_list() == [885] * 4
    assert "Forman" in models["method"][2]
    assert "Stefanski" in models["method"][3]
    assert models["joint_f"].is_null().to_list() == [False, False, False, True]
    assert set(estimated.terms().filter(pl.col("column_no") == 4)["term"]) == {*PRE_OPEN, "ret_co", *names}


def test_an_emotion_that_no_post_was_tagged_with_is_dropped_and_named():
    frames = data(8, np.eye(7), firms=15, sessions=40)
    frames = {
        "panel": frames["panel"].with_columns(
            pre_open_n_neutral=pl.col("pre_open_n_neutral") + pl.col("pre_open_n_anger"),
            pre_open_n_anger=pl.lit(0),
        ),
        "confusion": counts_of(GOOD),
    }
    fit = estimate_spec(spec("simulation_extrapolation", replicates=2), frames)
    assert fit.summary["dropped_terms"] == "pre_open_anger"
    assert fit.terms.height == 6


@pytest.mark.parametrize("estimator", CORRECTED)
def test_without_a_known_confusion_nothing_is_corrected(estimator):
    frames = data(9, GOOD, firms=5, sessions=10)
    with pytest.raises(EstimationError, match="confusion of the tagger 'vader' is not known"):
        estimate_spec(spec(estimator), {"panel": frames["panel"]}, "vader")


def test_other_regressors_and_panels_without_counts_are_refused():
    frames = data(9, GOOD, firms=5, sessions=10)
    with pytest.raises(EstimationError, match="pre_open_valence is no emotion"):
        estimate_spec(replace(spec("label_shares"), regressors=("pre_open_valence",)), frames)
    with pytest.raises(EstimationError, match="no column pre_open_n_sad"):
        estimate_spec(spec("label_shares"), {"panel": frames["panel"].drop("pre_open_n_sad")})
    unposted = frames["panel"].with_columns(pl.col("^pre_open_n_.*$") * 0)
    with pytest.raises(EstimationError, match="no firm-day"):
        estimate_spec(spec("label_shares"), {"panel": unposted})


@pytest.mark.slow
def test_extrapolated_intervals_cover_the_truth_as_often_as_they_say():
    """200 panels, one post a day, a tagger right in 85 %: covered are the six coefficients on true shares."""
    covered = {"label_shares": 0, "simulation_extrapolation": 0}
    for seed in range(200):
        frames = data(10_000 + seed, GOOD, firms=50, sessions=80, extra_posts=0.0)
        for estimator in covered:
            terms = estimate_spec(spec(estimator, replicates=40, bootstrap="never"), frames).terms[:6]
            inside = (terms["conf_low"].to_numpy() < TRUTH) & (terms["conf_high"].to_numpy() > TRUTH)
            covered[estimator] += int(inside.sum())
    rates = {name: n / 1200 for name, n in covered.items()}
    print(rates)  # for the notes
    assert 0.90 <= rates["simulation_extrapolation"] <= 0.98, rates
    assert rates["label_shares"] < 0.60, rates
