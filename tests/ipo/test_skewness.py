import numpy as np
import pytest
from truths.ipo import draw_skewed

from models.ipo.skewness import adjust_mean


def test_one_sample_equals_johnsons_formula_by_hand():
    x = np.array([-0.5, -0.2, 0.1, 0.1, 0.4, 1.9])
    n, s = 6, x.std(ddof=1)
    S = x.mean() / s
    gamma = ((x - x.mean()) ** 3).sum() / (n * s**3)
    expected = np.sqrt(n) * (S + gamma * S**2 / 3 + gamma / (6 * n))  # Lyon, Barber and Tsai (1999)
    got = adjust_mean(x)
    # Two orders of the same floating-point operations.
    assert got.t_adjusted == pytest.approx(expected, rel=1e-12)
    assert got.skewness == pytest.approx(gamma, rel=1e-12)
    assert got.t_plain == pytest.approx(S * np.sqrt(n), rel=1e-12)


def test_a_difference_has_welchs_t_and_adds_third_cumulants_with_their_signs():
    from scipy import stats

    a, b = draw_skewed(1, 40), draw_skewed(2, 60, 0.3)
    got = adjust_mean(a, b)
    assert got.t_plain == pytest.approx(stats.ttest_ind(a, b, equal_var=False).statistic, rel=1e-12)
    v = a.var(ddof=1) / 40 + b.var(ddof=1) / 60
    kappa = stats.moment(a, 3) / 40**2 - stats.moment(b, 3) / 60**2
    expected = got.t_plain + kappa / v**1.5 * (2 * got.t_plain**2 + 1) / 6
    assert got.t_adjusted == pytest.approx(expected, rel=1e-12)


def test_groups_exchanged_change_the_sign_of_the_difference_only():
    a, b = draw_skewed(1, 40), draw_skewed(2, 60, 0.3)
    one, other = adjust_mean(a, b), adjust_mean(b, a)
    assert (one.estimate, one.t_adjusted) == pytest.approx((-other.estimate, -other.t_adjusted), rel=1e-12)


def test_a_symmetric_sample_is_not_adjusted():
    x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0]) + 0.5
    got = adjust_mean(x)
    assert got.t_adjusted == pytest.approx(got.t_plain, rel=1e-12)


def test_equal_seeds_give_equal_bits_and_another_seed_does_not():
    x = draw_skewed(3, 80)
    assert adjust_mean(x) == adjust_mean(x)
    assert adjust_mean(x, seed=1).conf_low != adjust_mean(x, seed=2).conf_low


def test_few_listings_have_no_bootstrap_but_an_adjusted_t():
    got = adjust_mean(draw_skewed(1, 19))
    assert np.isfinite(got.t_adjusted)
    assert np.isnan(got.p_value)
    assert np.isnan(got.conf_low)


def test_bootstrap_equals_one_written_as_loops():
    x = draw_skewed(5, 40, 0.1)
    rng = np.random.default_rng(1999)
    picks = rng.integers(0, 40, (200, 10))
    plain, adjusted = [], []
    for row in picks:
        y = x[row]
        s = y.std(ddof=1)
        S = (y.mean() - x.mean()) / s
        gamma = ((y - y.mean()) ** 3).sum() / (10 * s**3)
        plain.append(np.sqrt(10) * S)
        adjusted.append(np.sqrt(10) * (S + gamma * S**2 / 3 + gamma / 60))
    got = adjust_mean(x, resamples=200)
    smaller = min((np.array(adjusted) <= got.t_adjusted).sum(), (np.array(adjusted) >= got.t_adjusted).sum())
    assert got.p_value == pytest.approx(2 * (1 + smaller) / 201, rel=1e-12)
    low, high = np.quantile(plain, (0.025, 0.975))
    assert got.conf_low == pytest.approx(x.mean() - high * x.std(ddof=1) / np.sqrt(40), rel=1e-12)
    assert got.conf_high == pytest.approx(x.mean() - low * x.std(ddof=1) / np.sqrt(40), rel=1e-12)


def test_a_difference_has_a_symmetric_bootstrap_written_as_loops():
    a, b = draw_skewed(5, 40, 0.4), draw_skewed(6, 24)
    rng = np.random.default_rng(1999)
    picks_a, picks_b = rng.integers(0, 40, (100, 10)), rng.integers(0, 24, (100, 6))
    plain, adjusted = [], []
    for of_a, of_b in zip(picks_a, picks_b, strict=True):
        x, y = a[of_a] - a.mean(), b[of_b] - b.mean()
        v = x.var(ddof=1) / 10 + y.var(ddof=1) / 6
        kappa = ((x - x.mean()) ** 3).mean() / 10**2 - ((y - y.mean()) ** 3).mean() / 6**2
        t = (x.mean() - y.mean()) / np.sqrt(v)
        plain.append(abs(t))
        adjusted.append(abs(t + kappa / v**1.5 * (2 * t**2 + 1) / 6))
    got = adjust_mean(a, b, resamples=100)
    assert got.p_value == pytest.approx(
        (1 + (np.array(adjusted) >= abs(got.t_adjusted)).sum()) / 101, rel=1e-12
    )
    margin = np.quantile(plain, 0.95) * got.std_error
    assert (got.conf_low, got.conf_high) == pytest.approx(
        (got.estimate - margin, got.estimate + margin), rel=1e-10
    )


@pytest.mark.slow
@pytest.mark.parametrize("n", [100, 300])
def test_size_under_a_skewed_null_is_nearer_five_per_cent_than_students(n):
    """1,000 samples of a lognormal less its mean: the tails of Student's t are 1 % and 8 %."""
    from scipy import stats

    rejected, plain, covered = 0, 0, 0
    for seed in range(1000):
        x = draw_skewed(seed, n)
        got = adjust_mean(x)
        rejected += got.p_value < 0.05
        plain += stats.ttest_1samp(x, 0).pvalue < 0.05
        covered += got.conf_low <= 0 <= got.conf_high
    print(
        f"n {n}: bootstrap {rejected / 1000:.3f}, Student {plain / 1000:.3f}, coverage {covered / 1000:.3f}"
    )
    # Five standard errors of a share of 0.05 in 1,000 are 0.034; the bootstrap is not exact at n = 100.
    assert 0.02 <= rejected / 1000 <= 0.09
    assert abs(rejected / 1000 - 0.05) < abs(plain / 1000 - 0.05)
    assert 0.90 <= covered / 1000 <= 0.98


@pytest.mark.slow
def test_a_difference_of_two_skewed_groups_has_the_right_size_and_coverage():
    rejected, covered = 0, 0
    for seed in range(500):
        a, b = draw_skewed(2 * seed, 120, 0.2), draw_skewed(2 * seed + 1, 60, 0.2)
        got = adjust_mean(a, b)
        rejected += got.p_value < 0.05
        covered += got.conf_low <= 0 <= got.conf_high
    print(f"difference: rejected {rejected / 500:.3f}, covered {covered / 500:.3f}")
    assert 0.02 <= rejected / 500 <= 0.09
    assert 0.90 <= covered / 500 <= 0.98
