"""The event study: by hand, against a loop, on a planted jump, and without anything to find."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from models.dynamics.event_study import FEWEST_BEFORE, estimate_event_study, find_events
from models.estimation import EstimationError
from models.estimation.families.event_study import EVENT_STUDY

SPEC = replace(EVENT_STUDY.specs[0], options=(("before", 2), ("after", 3)))


def panel_of(seed: int, jump: float = 0.0, firms: int = 30, sessions: int = 120) -> pl.DataFrame:
    r"""Simulate returns with a session's shock in common; an emotion far above its past moves three returns.

    .. math:: ret_{it} = \delta_t + jump \, (e_{it} + e_{it-1} - e_{it-2}) + u_{it}

    where e is 1 in a twentieth of the firm-days, whose happy share is 0.9; else it is 0.3 and noise.
    """
    rng = np.random.default_rng(seed)
    event = (rng.random((firms, sessions)) < 0.05).astype(float)
    event[:, : FEWEST_BEFORE + 2] = 0
    moved = event.copy()
    moved[:, 1:] += event[:, :-1]
    moved[:, 2:] -= event[:, :-2]
    returns = rng.normal(0, 0.01, (1, sessions)) + jump * moved + rng.normal(0, 0.01, (firms, sessions))
    firm, session = np.meshgrid(np.arange(firms), np.arange(sessions), indexing="ij")
    happy = np.where(event == 1, 0.9, 0.3 + 0.02 * rng.uniform(-1, 1, (firms, sessions)))
    return pl.DataFrame(
        {
            "ticker": firm.ravel(),
            "session": session.ravel(),
            "session_no": session.ravel(),
            "ret_cc": returns.ravel(),
            "pre_open_happy": happy.ravel(),
            "pre_open_posts": 5,
            "planted": event.ravel(),
        }
    )


def test_events_and_paths_equal_a_loop_over_firms_and_sessions():
    panel = panel_of(1)
    events, found = find_events(SPEC, {"panel": panel}, "pre_open_happy", 2.0, 2, 3)
    happy = panel["pre_open_happy"].to_numpy().reshape(30, 120)
    returns = panel["ret_cc"].to_numpy().reshape(30, 120)
    abnormal = returns - returns.mean(axis=0)
    expected, every = [], 0
    for i in range(30):
        for t in range(FEWEST_BEFORE, 120):
            past = happy[i, :t]
            if happy[i, t] - past.mean() >= 2 * past.std(ddof=1):
                every += 1
                if 2 <= t < 117:
                    expected.append((i, t, *abnormal[i, t - 2 : t + 4]))
    assert found == every
    got = events.sort("ticker", "session").select(
        "ticker",
        "session",
        "abnormal_lag2",
        "abnormal_lag1",
        "abnormal",
        *(f"abnormal_lead{k}" for k in (1, 2, 3)),
    )
    np.testing.assert_allclose(got.to_numpy(), np.array(sorted(expected)), atol=1e-12)


def test_means_and_errors_equal_the_algebra_written_out():
    panel = panel_of(2, jump=0.01)
    spec = replace(SPEC, inference="cluster:session")
    events, _ = find_events(spec, {"panel": panel}, "pre_open_happy", 2.0, 2, 3)
    paths = np.cumsum(
        events.select(pl.exclude("ticker", "session", "session_no"))
        .select(
            "abnormal_lag2", "abnormal_lag1", "abnormal", "abnormal_lead1", "abnormal_lead2", "abnormal_lead3"
        )
        .to_numpy(),
        axis=1,
    )
    fit = estimate_event_study(spec, {"panel": panel}, "truth")
    n, session = len(paths), events["session"].to_numpy()
    deviations = paths - paths.mean(axis=0)
    groups = np.unique(session)
    sums = np.array([deviations[session == s].sum(axis=0) for s in groups])
    factor = (n - 1) / (n - 1) * len(groups) / (len(groups) - 1)
    np.testing.assert_allclose(fit.terms["estimate"], paths.mean(axis=0), atol=1e-14)
    np.testing.assert_allclose(
        fit.terms["std_error"], np.sqrt(factor * (sums**2).sum(axis=0)) / n, rtol=1e-10
    )
    assert fit.terms["term"].to_list() == [f"session_{k}" for k in range(-2, 4)]
    assert fit.summary["n_obs"] == n


def test_a_planted_jump_shows_from_its_session_on_and_half_of_it_goes():
    """Two up, one down: cumulated 0, 0, J, 2J, J, J; the mean of thirty firms takes a little of it away."""
    fit = estimate_event_study(SPEC, {"panel": panel_of(3, jump=0.02, firms=60, sessions=200)}, "truth")
    planted = np.array([0, 0, 0.02, 0.04, 0.02, 0.02])
    off = (fit.terms["estimate"].to_numpy() - planted) / fit.terms["std_error"].to_numpy()
    assert np.abs(off).max() < 4
    assert fit.terms["p_value"][3] < 1e-6


def test_whether_it_is_an_event_is_known_at_the_open():
    """What comes later changes no event and no return before it."""
    panel = panel_of(4)
    later = panel.with_columns(
        pl.when(pl.col("session") > 80).then(0.5).otherwise("pre_open_happy").alias("pre_open_happy")
    )
    one, two = (
        find_events(SPEC, {"panel": frame}, "pre_open_happy", 2.0, 2, 3)[0].filter(pl.col("session") <= 80)
        for frame in (panel, later)
    )
    assert one.equals(two)
    assert one.height > 10


def test_too_few_events_are_a_sentence():
    with pytest.raises(EstimationError, match="0 of 0 events"):
        estimate_event_study(SPEC, {"panel": panel_of(1, sessions=FEWEST_BEFORE)}, "truth")
    with pytest.raises(EstimationError, match="no column pre_open_sad"):
        estimate_event_study(EVENT_STUDY.specs[1], {"panel": panel_of(1)}, "truth")


@pytest.mark.slow
def test_intervals_cover_zero_as_often_as_they_say():
    covered = []
    for seed in range(200):
        terms = estimate_event_study(SPEC, {"panel": panel_of(seed, firms=60)}, "truth").terms
        covered.append(((terms["conf_low"] <= 0) & (terms["conf_high"] >= 0)).mean())
    share = float(np.mean(covered))
    print(share)
    assert 0.90 <= share <= 0.98
