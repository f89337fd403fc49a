"""Absorbing fixed effects: singletons out, then every variable less its effects."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Codes = NDArray[np.uint32]

# fixest stops at 1e-6 of the largest coefficient; at 1e-12 ours agree with it to 1e-8 and better.
TOLERANCE = 1e-12
MOST_ITERATIONS = 100_000
# A column whose norm falls below this share of what it was is taken to be absorbed or collinear. Scores are
# of single precision: emotions that add up to one do so to about 1e-7. (R fixest's 1e-9 is of the square.)
COLLINEAR = 1e-6
# Condition of X'X up to which Cholesky's way loses less than half of the digits that tables are checked to.
WELL_CONDITIONED = 1e7
# Columns are absorbed some at a time: enough for the cores, few enough for the memory.
_MOST_AT_ONCE, _FEWEST_AT_ONCE = 4, 2
_CELLS_AT_ONCE = 10_000_000
_BLOCK = 65_536


def encode(column: pl.Series) -> Codes:
    """Return the levels of a column, numbered from 0 in their order: (n,)."""
    levels = column.unique().sort()
    if column.dtype == pl.String and not levels.has_nulls():
        return column.cast(pl.Enum(levels)).to_physical().cast(pl.UInt32).to_numpy()
    if column.dtype == pl.Date and not levels.has_nulls():
        first = levels.to_physical()[0]
        number = np.zeros(levels.to_physical()[-1] - first + 1, np.uint32)
        number[levels.to_physical().to_numpy() - first] = np.arange(len(levels))
        return np.asarray(number[column.to_physical().to_numpy() - first])
    return (column.rank("dense") - 1).cast(pl.UInt32).to_numpy()


def find_singletons(codes: Codes) -> NDArray[np.bool_]:
    """Mark rows that are alone in a level of an effect, again and again until none is left.

    Such a row is fitted perfectly by its effect and says nothing of the slopes; kept, it would make
    clustered standard errors too small (Correia 2015).

    Parameters
    ----------
    codes
        (n, number of effects).
    """
    from pyfixest.core.detect_singletons import detect_singletons

    found: NDArray[np.bool_] = np.asarray(detect_singletons(codes), dtype=bool)
    return found


def absorb(values: Matrix, codes: Codes, weights: Matrix | None = None) -> None:
    """Subtract effects from every column in place, by pyfixest's alternating projections.

    Parameters
    ----------
    values
        (n, k), Fortran order: a few columns are worked on at a time, so that memory holds copies of
        these and not of all.
    codes
        (n, number of effects), levels from 0.
    weights
        (n,) or None.

    Raises
    ------
    ValueError
        The projections do not converge.
    """
    from pyfixest.core.demean import demean

    w = np.ones(len(values)) if weights is None else weights
    levels = codes.astype(np.uint64)
    at_once = min(max(_CELLS_AT_ONCE // max(len(values), 1), _FEWEST_AT_ONCE), _MOST_AT_ONCE)
    for start in range(0, values.shape[1], at_once):
        block = values[:, start : start + at_once]
        # Centred and scaled columns make one tolerance fit all, whatever their units.
        scaled = block - np.average(block, axis=0, weights=w)
        scale = scaled.std(axis=0)
        scale[scale == 0] = 1.0
        scaled /= scale
        scaled = np.ascontiguousarray(scaled)
        demeaned, converged = demean(scaled, levels, w, TOLERANCE, MOST_ITERATIONS)
        del scaled
        if not converged:
            raise ValueError(
                f"The fixed effects could not be absorbed in {MOST_ITERATIONS:,} rounds: the firms and "
                "sessions of the sample hardly overlap. Use one effect only, or a longer sample."
            )
        np.multiply(demeaned, scale, out=block)


def triangle(values: Matrix) -> Matrix:
    """Return the upper triangle R with R'R = X'X, up to the signs of its rows: (k, k).

    Well-conditioned columns take Cholesky's way, which costs one product; its error grows with the square
    of the condition number, so the others take the QR decomposition, by blocks and without its Q.
    """
    # A column at a time: the norm of a matrix squares all of it first.
    scale = np.array([np.linalg.norm(values[:, j : j + 1], axis=0)[0] for j in range(values.shape[1])])
    scale[scale == 0] = 1.0
    gram = _gram(values) / np.outer(scale, scale)
    eigenvalues = np.linalg.eigvalsh(gram)
    if eigenvalues[0] * WELL_CONDITIONED > eigenvalues[-1]:
        return np.asarray(np.linalg.cholesky(gram).T * scale)
    r = np.zeros((0, values.shape[1]))
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK] / scale
        r = np.asarray(np.linalg.qr(np.vstack([r, block]), mode="r"))
    scaled: Matrix = r * scale
    return scaled


def _gram(values: Matrix) -> Matrix:
    # By blocks: columns that lie one after the other are copied row by row in cache-sized pieces.
    total = np.zeros((values.shape[1], values.shape[1]))
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK]
        total += block.T @ block
    return total


def find_collinear(r: Matrix, spread: Matrix) -> NDArray[np.bool_]:
    """Mark columns that the effects or the columns before them explain fully.

    Parameters
    ----------
    r
        (k, k): the triangle of the demeaned columns.
    spread
        (k,): the root of each column's sum of squares about its mean before effects were absorbed.
    """
    norms = np.linalg.norm(r, axis=0)
    collinear: NDArray[np.bool_] = np.asarray(norms <= COLLINEAR * np.maximum(spread, np.finfo(float).tiny))
    kept: list[int] = []
    for j in np.flatnonzero(~collinear).tolist():
        tried = np.array([*kept, j])
        # The last pivot of the unpivoted QR is what the columns before leave of this one.
        pivots = np.asarray(np.linalg.qr(r[:, tried] / norms[tried], mode="r"))
        if len(pivots) < len(tried) or abs(pivots[-1, -1]) <= COLLINEAR:
            collinear[j] = True
        else:
            kept.append(j)
    return collinear
