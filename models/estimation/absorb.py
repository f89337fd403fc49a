"""Absorbing fixed effects: singletons out, then every variable less its effects."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Codes = NDArray[np.uint32]

# fixest stops at 1e-6 of the largest coefficient; at 1e-12 ours agree with it to 1e-8 and better.
TOLERANCE = 1e-12
MOST_ITERATIONS = 100_000
# A column whose norm falls below this share of what it was is taken to be absorbed or collinear.
COLLINEAR = 1e-9


@dataclass(frozen=True)
class Absorbed:
    """Variables without their effects.

    Parameters
    ----------
    values
        (n, k): the demeaned columns.
    effect_sizes
        The number of levels of each effect.
    """

    values: Matrix
    effect_sizes: tuple[int, ...]


def encode(columns: list[NDArray[np.generic]]) -> Codes:
    """Return the levels of each column, numbered from 0: (n, number of columns)."""
    if not columns:
        return np.empty((0, 0), dtype=np.uint32)
    return np.column_stack([np.unique(column, return_inverse=True)[1] for column in columns]).astype(
        np.uint32
    )


def find_singletons(codes: Codes) -> NDArray[np.bool_]:
    """Mark rows that are alone in a level of an effect, again and again until none is left.

    Such a row is fitted perfectly by its effect and says nothing of the slopes; kept, it would make
    clustered standard errors too small (Correia 2015).
    """
    from pyfixest.core.detect_singletons import detect_singletons

    found: NDArray[np.bool_] = np.asarray(detect_singletons(codes), dtype=bool)
    return found


def absorb(values: Matrix, codes: Codes, weights: Matrix | None = None) -> Absorbed:
    """Subtract effects from every column, by pyfixest's alternating projections.

    Parameters
    ----------
    values
        (n, k).
    codes
        (n, number of effects), as `encode` gives; without effects the (weighted) mean is subtracted.
    weights
        (n,) or None.

    Raises
    ------
    ValueError
        The projections do not converge.
    """
    w = np.ones(len(values)) if weights is None else weights
    if codes.shape[1] == 0:
        return Absorbed(values - np.average(values, axis=0, weights=w), ())
    from pyfixest.core.demean import demean

    # Centred and scaled columns make one tolerance fit all, whatever their units.
    centre = np.average(values, axis=0, weights=w)
    scale = values.std(axis=0)
    scale[scale == 0] = 1.0
    demeaned, converged = demean(
        np.ascontiguousarray((values - centre) / scale),
        codes.astype(np.uint64),
        w,
        TOLERANCE,
        MOST_ITERATIONS,
    )
    if not converged:
        raise ValueError(
            f"The fixed effects could not be absorbed in {MOST_ITERATIONS:,} rounds: the firms and sessions "
            "of the sample hardly overlap. Use one effect only, or a longer sample."
        )
    return Absorbed(demeaned * scale, tuple(int(codes[:, j].max()) + 1 for j in range(codes.shape[1])))


def find_collinear(original: Matrix, demeaned: Matrix) -> NDArray[np.bool_]:
    """Mark columns that the effects or the columns before them explain fully.

    Parameters
    ----------
    original, demeaned
        (n, k): the same columns before and after absorbing.
    """
    spread = np.linalg.norm(original - original.mean(axis=0), axis=0)
    norms = np.linalg.norm(demeaned, axis=0)
    collinear: NDArray[np.bool_] = np.asarray(norms <= COLLINEAR * np.maximum(spread, np.finfo(float).tiny))
    kept: list[int] = []
    for j in np.flatnonzero(~collinear).tolist():
        tried = np.array([*kept, j])
        triangle = np.asarray(np.linalg.qr(demeaned[:, tried] / norms[tried], mode="r"))
        # The last pivot of the unpivoted QR is what the columns before leave of this one.
        if abs(triangle[-1, -1]) <= COLLINEAR:
            collinear[j] = True
        else:
            kept.append(j)
    return collinear
