"""Sessions whose variance is known: the log price is a Brownian motion."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def draw_sessions(n: int, sd: float, drift: float, seed: int, steps: int = 60) -> dict[str, Array]:
    r"""Draw open, high, low and close of sessions of unit length.

    .. math::
        \ln p_s = \ln 100 + \mu s + \sigma W_s, \quad s \in [0, 1]

    The path is drawn on `steps` intervals. Within an interval from a to b, of variance
    v = sd^2 / steps, the highest point of the bridge is exactly
    (a + b + sqrt((b - a)^2 - 2 v ln U)) / 2 with U uniform, the lowest likewise with a minus, so the
    range has no bias from looking at a few moments only.

    Parameters
    ----------
    sd, drift
        sigma and mu a session, in logs: the variance of the open-to-close log return is sd^2.
    """
    rng = np.random.default_rng(seed)
    variance = sd**2 / steps
    moves = rng.normal(drift / steps, np.sqrt(variance), (n, steps))
    after = np.cumsum(moves, axis=1)
    before = after - moves
    highest = (before + after + np.sqrt(moves**2 - 2 * variance * np.log(rng.random((n, steps))))) / 2
    lowest = (before + after - np.sqrt(moves**2 - 2 * variance * np.log(rng.random((n, steps))))) / 2
    logs = {"open": np.zeros(n), "high": highest.max(1), "low": lowest.min(1), "close": after[:, -1]}
    return {name: 100 * np.exp(values) for name, values in logs.items()}
