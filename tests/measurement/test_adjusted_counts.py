"""Adjusted shares: by hand for two classes, against scipy for seven, and what few posts do to them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from truths.measurement import BASE

from models.measurement.adjusted_counts import adjust_shares
from models.measurement.confusion import read_confusion, shipped_confusion

LINEAR = read_confusion(shipped_confusion("linear"), "linear").matrix


def test_two_classes_equal_the_textbook_formula():
    """Forman (2008): (observed - false positives) / (true positives - false positives), cut to [0, 1]."""
    confusion = np.array([[0.8, 0.2], [0.1, 0.9]])  # class 1: false positives 0.2, true positives 0.9
    counts = np.array([[10.0, 0.0], [6.0, 4.0], [1.0, 9.0], [0.0, 1.0]])
    observed = counts[:, 1] / counts.sum(axis=1)
    expected = np.clip((observed - 0.2) / (0.9 - 0.2), 0, 1)
    np.testing.assert_allclose(adjust_shares(counts, confusion)[:, 1], expected, atol=1e-14)


def test_seven_classes_equal_an_independent_solver():
    rng = np.random.default_rng(4)
    counts = rng.multinomial(rng.integers(1, 30, 40), BASE).astype(float)
    for row, x in zip(counts, adjust_shares(counts, LINEAR), strict=True):
        observed = row / row.sum()
        solved = minimize(
            lambda v, o=observed: ((LINEAR.T @ v - o) ** 2).sum(),
            np.full(7, 1 / 7),
            jac=lambda v, o=observed: 2 * LINEAR @ (LINEAR.T @ v - o),
            bounds=[(0, 1)] * 7,
            constraints={"type": "eq", "fun": lambda v: v.sum() - 1, "jac": lambda v: np.ones(7)},
            method="SLSQP",
            options={"ftol": 1e-15, "maxiter": 500},
        )
        # SLSQP stops within about 1e-6 of the minimum; ours is never farther from the data.
        np.testing.assert_allclose(x, solved.x, atol=2e-5)
        assert ((LINEAR.T @ x - observed) ** 2).sum() <= solved.fun + 1e-12


def test_a_tagger_without_errors_changes_no_bit():
    counts = np.random.default_rng(1).multinomial(7, BASE, 500).astype(float)
    assert np.array_equal(adjust_shares(counts, np.eye(7)), counts / counts.sum(axis=1, keepdims=True))


@settings(max_examples=60, deadline=None)
@given(
    counts=st.lists(st.lists(st.integers(0, 40), min_size=7, max_size=7).filter(any), min_size=1, max_size=5),
    prior_posts=st.sampled_from([0.0, 1.0, 5.0]),
)
def test_adjusted_shares_are_shares(counts, prior_posts):
    shares = adjust_shares(np.array(counts, float), LINEAR, prior_posts)
    assert shares.min() >= 0
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-12)


def test_with_many_posts_the_true_shares_return_and_with_few_they_do_not():
    """Sums over 2,000 firm-days with the same true shares; the tagger is `linear`."""
    rng = np.random.default_rng(8)
    inverse = np.linalg.inv(LINEAR)
    error, spread = {}, {}
    for posts in (1, 10, 100_000):
        counts = rng.multinomial(posts, BASE @ LINEAR, 2_000).astype(float)
        error[posts] = np.abs(adjust_shares(counts, LINEAR) - BASE).max()
        spread[posts] = (counts / posts @ inverse).std(axis=0).max()
    # The unconstrained share of happy, truly 28 %, has standard deviations of 79 %, 25 % and 0.25 %.
    variance = inverse.T @ (np.diag(BASE @ LINEAR) - np.outer(BASE @ LINEAR, BASE @ LINEAR)) @ inverse
    for posts, found in spread.items():
        assert found == pytest.approx(np.sqrt(np.diag(variance).max() / posts), rel=0.1)
    assert spread[1] > 0.7
    assert error[100_000] < 0.015  # six standard deviations of the noise
    assert error[1] == 1 - BASE.min()  # one post is all of its emotion: nothing is adjusted


def test_posts_of_the_average_composition_pull_towards_it():
    counts = np.array([[1.0, 0.0], [0.0, 3.0]])
    confusion = np.array([[0.9, 0.1], [0.1, 0.9]])
    pooled = np.array([0.25, 0.75])
    observed = (counts + 2 * pooled) / np.array([[3.0], [5.0]])
    expected = np.clip((observed[:, 1] - 0.1) / 0.8, 0, 1)
    np.testing.assert_allclose(adjust_shares(counts, confusion, 2)[:, 1], expected, atol=1e-14)
