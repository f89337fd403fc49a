r"""Listings made up from equations, for the coverage of what is estimated on them."""

import numpy as np
import polars as pl

FIRST_DAY, PER_ENTHUSIASM, PER_PROCEEDS, PER_AGE, PER_VENTURE = 0.15, 0.40, -0.02, -0.03, 0.05
QUARTERS = 8


def draw_listings(seed: int, n: int = 240) -> pl.DataFrame:
    r"""Draw n listings over eight quarters, with noise that grows with enthusiasm and is skewed.

    .. math::
        E_i &\sim Beta(2, 4) \\
        r_i &= 0.15 + 0.40 E_i - 0.02 (\ln P_i - 18) - 0.03 (\ln(1 + A_i) - 2) + 0.05 V_i
              + \delta_{q(i)} + (0.1 + 0.4 E_i)\, \omega_i \\
        \omega_i &\sim (\chi^2_6 - 6) / \sqrt{12}, \quad \delta_q \sim N(0, 0.05^2)

    :math:`\ln P \sim N(18, 1)` goes with E (correlation about 0.3), so that leaving it out biases the
    slope of E; ages are exponential with mean 10, V is 1 for two in five. iid standard errors are too
    small for the slope of E; HC1 and HC3 are not.
    """
    rng = np.random.default_rng(seed)
    e = rng.beta(2, 4, n)
    log_proceeds = 18 + 0.3 * (e - 1 / 3) / 0.178 + np.sqrt(1 - 0.09) * rng.normal(size=n)
    log_age = np.log1p(rng.exponential(10, n))
    venture = (rng.random(n) < 0.4).astype(float)
    quarter = rng.integers(0, QUARTERS, n)
    noise = (rng.chisquare(6, n) - 6) / np.sqrt(12)
    returns = (
        FIRST_DAY
        + PER_ENTHUSIASM * e
        + PER_PROCEEDS * (log_proceeds - 18)
        + PER_AGE * (log_age - 2)
        + PER_VENTURE * venture
        + rng.normal(0, 0.05, QUARTERS)[quarter]
        + (0.1 + 0.4 * e) * noise
    )
    return frame_of(
        first_day_return=returns,
        enthusiasm=e,
        log_proceeds=log_proceeds,
        log_age=log_age,
        venture=venture,
        market_ret_15=rng.normal(0.005, 0.03, n),
        quarter=[f"{2014 + q // 4}Q{q % 4 + 1}" for q in quarter],
    )


def draw_skewed(seed: int, n: int, shift: float = 0.0) -> np.ndarray:
    r"""Draw n returns with mean `shift` and the skewness of long-run returns (about 5).

    .. math::
        x_i = \exp(z_i) / e^{1/2} - 1 + shift, \quad z_i \sim N(0, 1)

    A lognormal less its mean: most listings lose, a few multiply. Student's t rejects a true mean of
    zero far too often on the left.
    """
    rng = np.random.default_rng(seed)
    return np.exp(rng.normal(size=n)) / np.exp(0.5) - 1 + shift


def frame_of(**columns: object) -> pl.DataFrame:
    """Listings with the given columns and what every listing has."""
    frame = pl.DataFrame(columns)
    n = frame.height
    return frame.with_columns(
        ticker=pl.Series([f"ZQ{i:04d}" for i in range(n)]),
        session=pl.date(2014, 1, 2) + pl.duration(days=pl.Series(range(n))),
        first_trade=pl.date(2014, 1, 2),
        drop_reason=pl.lit(None, pl.String),
    )
