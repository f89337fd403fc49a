"""How good forecasts were: out-of-sample R2 and tests of equal accuracy."""

import numpy as np

from models.forecasts.means import Codes, Mean, Vector, mean_over_sessions


def out_of_sample_r2(y: Vector, forecast: Vector, benchmark: Vector) -> float:
    r"""Compute the out-of-sample R2 of Campbell and Thompson (2008), as a share of 1.

    .. math:: R^2_{OS} = 1 - \sum (y - \hat y)^2 / \sum (y - \bar y)^2

    Negative where the benchmark :math:`\bar y` missed by less. nan where it never missed.
    """
    missed = float(((y - benchmark) ** 2).sum())
    return 1 - float(((y - forecast) ** 2).sum()) / missed if missed > 0 else float("nan")


def clark_west(
    y: Vector, forecast: Vector, benchmark: Vector, sessions: Codes, inference: str = "newey-west"
) -> Mean:
    r"""Test whether a model that contains its benchmark forecasts better (Clark and West 2007).

    Under no predictability the larger model misses by more, since it estimates slopes that are zero. The
    adjusted difference of squared errors takes that noise out:

    .. math:: f = (y - \bar y)^2 - [(y - \hat y)^2 - (\bar y - \hat y)^2].

    Returned is the mean of f (units of y squared), to be tested one-sided against zero.
    """
    adjusted = (y - benchmark) ** 2 - (y - forecast) ** 2 + (benchmark - forecast) ** 2
    return mean_over_sessions(adjusted, sessions, inference)


def diebold_mariano(loss: Vector, other_loss: Vector, sessions: Codes, inference: str = "newey-west") -> Mean:
    """Test whether two losses have one mean (Diebold and Mariano 1995); positive: the second is lower.

    The correction of Harvey, Leybourne and Newbold (1997) is in `mean_over_sessions`. For panels:
    Timmermann and Zhu (2019).
    """
    return mean_over_sessions(loss - other_loss, sessions, inference)


def excess_right_signs(y: Vector, forecast: Vector, sessions: Codes, inference: str = "newey-west") -> Mean:
    r"""Compute by how much the share of right signs exceeds that of independent signs.

    With a = 1 where the outcome and b = 1 where the forecast is above zero, the share expected of
    independent signs is :math:`p_a p_b + (1 - p_a)(1 - p_b)` (Pesaran and Timmermann 1992). The excess
    over it equals the mean of :math:`2 (a - p_a)(b - p_b)`, which also is its influence function, so its
    standard error is that of a mean. Always forecasting a rise gives an excess of zero.

    Parameters
    ----------
    y, forecast
        (n,); rows where either is exactly zero have no sign and are left out.
    """
    signed = (y != 0) & (forecast != 0)
    a, b = (y[signed] > 0).astype(float), (forecast[signed] > 0).astype(float)
    return mean_over_sessions(2 * (a - a.mean()) * (b - b.mean()), sessions[signed], inference)


def correlation(y: Vector, forecast: Vector, sessions: Codes, inference: str = "newey-west") -> Mean:
    r"""Compute Pearson's correlation of outcome and forecast over all firm-days.

    Its standard error is that of the mean of its influence function
    :math:`r + z_y z_f - r (z_y^2 + z_f^2) / 2`, z standardised.
    """
    if y.std() == 0 or forecast.std() == 0:
        return Mean(float("nan"), float("nan"), len(np.unique(sessions)), 0)
    z_y, z_f = (y - y.mean()) / y.std(), (forecast - forecast.mean()) / forecast.std()
    r = float((z_y * z_f).mean())
    return mean_over_sessions(r + z_y * z_f - r * (z_y**2 + z_f**2) / 2, sessions, inference)


def qlike(variance: Vector, forecast: Vector) -> Vector:
    r"""Compute Patton's (2011) loss :math:`\log h + \hat\sigma^2 / h` of variance forecasts h > 0.

    It ranks forecasts by their mean rightly although the variance is only measured with noise.
    """
    return np.asarray(np.log(forecast) + variance / forecast)
