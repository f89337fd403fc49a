"""Moods: how likely each emotion is in a post on a firm and session."""

import numpy as np
from numpy.typing import NDArray

from models.emotions import EMOTIONS

Array = NDArray[np.float64]

# Shares of the seven emotions, in the order of EMOTIONS, where nothing happens.
USUAL_SHARES = (0.30, 0.23, 0.08, 0.08, 0.08, 0.10, 0.13)

FIRM_SD = 0.30  # lasting differences between firms, in logits
MARKET_SD, MARKET_PERSISTENCE = 0.25, 0.95  # a mood that all firms share
OWN_SD, OWN_PERSISTENCE = 0.80, 0.70  # a mood of the firm's own, about three sessions long

# What a standard deviation of the return from open to close does to the logits of the posts written
# meanwhile, and what its size does (surprise answers to size alone).
RETURN_LOADINGS = dict(zip(EMOTIONS, (0.0, 0.45, -0.25, -0.30, -0.25, 0.0, -0.40), strict=True))
SURPRISE_AT_SIZE = 0.30


def draw_moods(rng: np.random.Generator, firms: int, sessions: int) -> Array:
    r"""Draw latent moods, in logits.

    .. math::
        u_{ite} = \log s_e + a_{ie} + m_{te} + v_{ite}, \quad
        m_{te} = 0.95\, m_{t-1,e} + \eta_{te}, \quad v_{ite} = 0.70\, v_{i,t-1,e} + \nu_{ite}

    with normal shocks of such size that a, m and v have standard deviations 0.30, 0.25 and 0.80.

    Returns
    -------
    Array
        (firms, sessions, 7). They depend on no return, so that they are strictly exogenous.
    """
    k = len(EMOTIONS)
    usual = np.log(USUAL_SHARES)
    firm = rng.normal(0, FIRM_SD, (firms, 1, k))
    market = _autoregress(rng, (1, sessions, k), MARKET_SD, MARKET_PERSISTENCE)
    own = _autoregress(rng, (firms, sessions, k), OWN_SD, OWN_PERSISTENCE)
    moods: Array = usual + firm + market + own
    return moods


class MoodPath:
    """Moods drawn a block of sessions at a time, by the equations of `draw_moods`; only their end is held.

    Parameters
    ----------
    rng
        Where the shocks come from: the same blocks of the same lengths give the same moods.
    firms
        How many.
    """

    def __init__(self, rng: np.random.Generator, firms: int) -> None:
        k = len(EMOTIONS)
        self._rng = rng
        self._lasting = np.log(USUAL_SHARES) + rng.normal(0, FIRM_SD, (firms, 1, k))
        # Before the first session, each series is where it may be at any time.
        self._market = rng.normal(0, MARKET_SD, (1, 1, k))
        self._own = rng.normal(0, OWN_SD, (firms, 1, k))

    def draw(self, sessions: int) -> Array:
        """Return the moods of the next sessions, in logits: (firms, sessions, 7)."""
        market = _go_on(self._rng, self._market, sessions, MARKET_SD, MARKET_PERSISTENCE)
        own = _go_on(self._rng, self._own, sessions, OWN_SD, OWN_PERSISTENCE)
        self._market, self._own = market[:, -1:].copy(), own[:, -1:].copy()
        moods: Array = self._lasting + market + own
        return moods


def follow_returns(moods: Array, surprises: Array) -> Array:
    """Return the moods during a session, which follow what the price does meanwhile.

    Parameters
    ----------
    moods
        (firms, sessions, 7), logits.
    surprises
        (firms, sessions): returns from open to close in standard deviations.
    """
    size = np.array([SURPRISE_AT_SIZE if emotion == "surprise" else 0.0 for emotion in EMOTIONS])
    direction = np.array([RETURN_LOADINGS[emotion] for emotion in EMOTIONS])
    answered: Array = moods + surprises[..., None] * direction + np.abs(surprises)[..., None] * size
    return answered


def probabilities(moods: Array) -> Array:
    """Turn logits (..., 7) into probabilities that sum to one."""
    raised = np.exp(moods - moods.max(axis=-1, keepdims=True))
    shares: Array = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def _autoregress(
    rng: np.random.Generator, shape: tuple[int, int, int], sd: float, persistence: float
) -> Array:
    """Draw stationary AR(1) series along the second axis."""
    series = rng.normal(0, sd, shape)
    _accumulate(series, persistence)
    return series


def _go_on(rng: np.random.Generator, last: Array, sessions: int, sd: float, persistence: float) -> Array:
    """Draw the next sessions of AR(1) series that stand at `last`, (series, 1, 7)."""
    series = np.concatenate([last, rng.normal(0, sd, (len(last), sessions, last.shape[2]))], axis=1)
    _accumulate(series, persistence)
    return series[:, 1:]


def _accumulate(series: Array, persistence: float) -> None:
    """Turn shocks after the first session into a stationary AR(1) series, in place."""
    for t in range(1, series.shape[1]):
        series[:, t] = persistence * series[:, t - 1] + np.sqrt(1 - persistence**2) * series[:, t]
