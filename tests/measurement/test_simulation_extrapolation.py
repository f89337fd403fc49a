"""Simulation and extrapolation: by hand for two classes, and its parts one by one."""

import numpy as np
import pytest

from models.measurement.confusion import find_generator
from models.measurement.simulation_extrapolation import (
    extrapolation_weights,
    misclassify,
    simulate_and_extrapolate,
)

FALSE, MISSED = 0.10, 0.15  # P(tagged 1 | 0), P(tagged 0 | 1)
TWO = np.array([[1 - FALSE, FALSE], [MISSED, 1 - MISSED]])


def slope(x, y):
    x, y = x - x.mean(), y - y.mean()
    b = x @ y / (x @ x)
    return np.array([b]), np.array([np.sqrt(((y - b * x) ** 2).sum() / (len(x) - 2) / (x @ x))])


def test_the_weights_are_those_of_a_least_squares_quadratic():
    at = np.array([0.0, 0.5, 1.0, 1.5, 2.0])
    values = np.random.default_rng(0).normal(size=5)
    assert extrapolation_weights(at) @ values == pytest.approx(np.polyval(np.polyfit(at, values, 2), -1))
    np.testing.assert_allclose(extrapolation_weights(at), [3, -0.4, -1.8, -1.2, 1.4], atol=1e-12)


def test_further_misclassification_keeps_posts_and_follows_the_matrix():
    counts = np.array([[100_000, 0], [0, 100_000], [3, 4]])
    drawn = misclassify(counts, TWO, np.random.default_rng(2))
    assert np.array_equal(drawn.sum(axis=1), counts.sum(axis=1))
    # Four standard deviations of a share of 100,000 posts.
    np.testing.assert_allclose(drawn[:2] / 100_000, TWO, atol=0.005)
    assert np.array_equal(misclassify(counts, np.eye(2), np.random.default_rng(2)), counts)


def test_the_path_of_two_classes_equals_the_algebra():
    r"""One post a row, of class 1 with probability p; y = b x + u.

    Tags of error Pi^(1+x), d = 1 - false - missed, have the slope
    b d^(1+x) p (1-p) / (q (1-q)) with q = p d^(1+x) + (1 - d^(1+x)) false / (false + missed).
    """
    rng = np.random.default_rng(6)
    n, p, b = 200_000, 0.4, 2.0
    true = rng.random(n) < p
    y = b * true + rng.normal(0, 0.5, n)
    tagged = np.where(true, rng.random(n) >= MISSED, rng.random(n) < FALSE)
    counts = np.column_stack([~tagged, tagged]).astype(np.int64)
    found = simulate_and_extrapolate(
        counts, find_generator(TWO), lambda c: slope(c[:, 1], y), replicates=5, seed=3
    )
    kept = (1 - FALSE - MISSED) ** (1 + found.exponents)
    q = p * kept + (1 - kept) * FALSE / (FALSE + MISSED)
    expected = b * kept * p * (1 - p) / (q * (1 - q))
    # The naive slope has a standard error of 0.004; the path inherits it.
    np.testing.assert_allclose(found.path[:, 0], expected, atol=0.016)
    quadratic = np.polyval(np.polyfit(found.exponents, expected, 2), -1)
    assert found.estimate[0] == pytest.approx(quadratic, abs=0.05)
    # Naive 1.50; extrapolated 1.97 of the true 2: a quadratic leaves a little of the bias.
    assert expected[0] == pytest.approx(1.5)
    assert quadratic == pytest.approx(1.97, abs=0.01)


def test_the_variance_is_the_extrapolated_difference_of_its_two_parts():
    rng = np.random.default_rng(5)
    counts = rng.multinomial(3, [0.5, 0.5], 300)
    y = rng.normal(size=300)
    calls = []

    def refit(simulated):
        calls.append(slope(simulated[:, 1] / 3, y))
        return calls[-1]

    found = simulate_and_extrapolate(counts, find_generator(TWO), refit, replicates=8, seed=1)
    estimates, errors = (np.array([call[i][0] for call in calls]) for i in (0, 1))
    groups = [slice(0, 1), *(slice(1 + 8 * i, 9 + 8 * i) for i in range(4))]
    own = np.array([(errors[g] ** 2).mean() for g in groups])
    between = np.array([0.0, *(estimates[g].var(ddof=1) for g in groups[1:])])
    variance = np.polyval(np.polyfit(found.exponents, own - between, 2), -1)
    by_chance = np.array([3, -0.4, -1.8, -1.2, 1.4]) ** 2 @ between / 8
    assert found.std_error[0] == pytest.approx(np.sqrt(variance + by_chance))
    means = [estimates[g].mean() for g in groups]
    assert found.estimate[0] == pytest.approx(np.polyval(np.polyfit(found.exponents, means, 2), -1))


def test_a_variance_that_is_extrapolated_below_zero_gives_no_standard_error():
    rng = np.random.default_rng(5)
    counts = rng.multinomial(3, [0.5, 0.5], 50)

    def narrowing(simulated):
        moved = float(np.abs(simulated - counts).sum())
        return np.array([0.0]), np.array([0.01 + moved])  # errors that vanish faster than a quadratic can

    found = simulate_and_extrapolate(counts, find_generator(TWO), narrowing, replicates=8)
    assert found.path.tolist() == [[0.0]] * 5
    assert np.isnan(found.std_error[0])


def test_the_same_seed_gives_the_same_bits_and_no_error_changes_none():
    rng = np.random.default_rng(9)
    counts = rng.multinomial(4, [0.3, 0.7], 200)
    y = rng.normal(size=200)

    def refit(simulated):
        return slope(simulated[:, 1] / 4, y)

    first, second = (simulate_and_extrapolate(counts, find_generator(TWO), refit, replicates=5) for _ in "12")
    assert np.array_equal(first.estimate, second.estimate)
    assert np.array_equal(first.std_error, second.std_error)
    unchanged = simulate_and_extrapolate(counts, find_generator(np.eye(2)), refit, replicates=5)
    naive, error = refit(counts.astype(float))
    assert np.array_equal(unchanged.estimate, naive)
    assert np.array_equal(unchanged.std_error, error)
