r"""The confusion of a tagger: which emotion it gives to posts of which emotion.

:math:`\Pi_{jk} = P(\text{tagged } k \mid \text{truly } j)`, a (7, 7) matrix whose rows sum to one. Unlike
P(truly j | tagged k) it does not change with how frequent the emotions are, so what was counted on
hand-labelled posts may be used on other days (Forman 2008; Hopkins and King 2010). That it does not
change with the firm, the day or the return is assumed, and cannot be seen in the scores.
"""

import io
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS
from models.estimation.results import EstimationError

Matrix = NDArray[np.float64]
SHIPPED = {"linear": "linear_confusion.csv"}  # tagger -> its cross-validated counts
COLUMNS = ("true", "tagged", "n")
# Below it the inverse of the matrix multiplies noise by a hundred and more.
SMALLEST_SINGULAR_VALUE = 0.01


@dataclass(frozen=True)
class Confusion:
    """How a tagger misclassifies.

    Parameters
    ----------
    matrix
        (K, K): true in rows, tagged in columns, both in the order of `EMOTIONS`; rows sum to one.
    n_posts
        On how many posts it was counted.
    """

    matrix: Matrix
    n_posts: int


def tabulate_confusion(counts: NDArray[np.int64]) -> pl.DataFrame:
    """Return counts (7, 7) as a frame `true, tagged, n`: one row a pair of emotions, in their order."""
    rows = [(t, g, int(counts[i, j])) for i, t in enumerate(EMOTIONS) for j, g in enumerate(EMOTIONS)]
    return pl.DataFrame(rows, schema={"true": pl.String, "tagged": pl.String, "n": pl.Int64}, orient="row")


def shipped_confusion(tagger: str) -> pl.DataFrame | None:
    """Return the counts `true, tagged, n` that come with a tagger, or None where none do."""
    if tagger not in SHIPPED:
        return None
    return pl.read_csv(io.BytesIO((files("models.tagger") / SHIPPED[tagger]).read_bytes()))


def cross_table(counts: pl.DataFrame) -> NDArray[np.int64]:
    """Return counts `true, tagged, n` as (7, 7), true in rows; pairs that are not there count zero."""
    table = np.zeros((len(EMOTIONS), len(EMOTIONS)), np.int64)
    at = {emotion: i for i, emotion in enumerate(EMOTIONS)}
    for true, tagged, n in counts.select(COLUMNS).iter_rows():
        table[at[true], at[tagged]] += n
    return table


def row_shares(table: NDArray[np.int64]) -> Matrix:
    """Return each count as a share of its row, (7, 7); a row without posts stays zero."""
    shares: Matrix = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    return shares


def read_confusion(counts: pl.DataFrame | None, tagger: str) -> Confusion:
    """Turn counts into the tagger's matrix.

    Parameters
    ----------
    counts
        `true, tagged, n`; pairs that are not there count zero. None or empty: not known.

    Raises
    ------
    EstimationError
        The confusion is not known, an emotion has no labelled post, or the tags say too little of the
        truth for its errors to be undone.
    """
    if counts is None or counts.is_empty():
        raise EstimationError(
            f"the confusion of the tagger '{tagger}' is not known: it takes posts whose true emotion is "
            f"known. It comes with {', '.join(SHIPPED)}, and the simulated market counts it for every tagger."
        )
    if lacking := [name for name in COLUMNS if name not in counts.columns]:
        raise EstimationError(f"the confusion has no column {lacking[0]}; expected {', '.join(COLUMNS)}.")
    if strange := sorted({*counts["true"], *counts["tagged"]} - set(EMOTIONS), key=str):
        raise EstimationError(f"the confusion names {strange[0]}; expected {', '.join(EMOTIONS)}.")
    table = cross_table(counts)
    posts = table.sum(axis=1)
    if never := [emotion for emotion, n in zip(EMOTIONS, posts, strict=True) if n == 0]:
        raise EstimationError(
            f"the confusion of '{tagger}' rests on no post that is truly {', '.join(never)}; "
            "every emotion needs some."
        )
    matrix = table / posts[:, None]
    weakest = float(np.linalg.svd(matrix, compute_uv=False)[-1])
    if weakest < SMALLEST_SINGULAR_VALUE:
        raise EstimationError(
            f"the tags of '{tagger}' cannot be undone: two or more emotions are tagged alike "
            f"(smallest singular value of the confusion {weakest:.2g}; at least {SMALLEST_SINGULAR_VALUE})."
        )
    return Confusion(matrix, int(posts.sum()))


@dataclass(frozen=True)
class Generator:
    r"""A matrix Q with :math:`\Pi = e^Q`, from which fractional powers follow.

    Parameters
    ----------
    matrix
        (K, K): not negative off the diagonal, rows sum to zero.
    distance
        Largest absolute difference between :math:`e^Q` and the confusion; 0 where Q is its logarithm.
    """

    matrix: Matrix
    distance: float

    def power(self, exponent: float) -> Matrix:
        r"""Return :math:`\Pi^\lambda = e^{\lambda Q}`, stochastic for every exponent of 0 or more."""
        from scipy.linalg import expm

        powered = np.maximum(np.asarray(expm(exponent * self.matrix), dtype=np.float64), 0.0)
        normalised: Matrix = powered / powered.sum(axis=1, keepdims=True)
        return normalised


def find_generator(matrix: Matrix) -> Generator:
    r"""Find the generator of a stochastic matrix, or of a stochastic matrix near it.

    :math:`\Pi^\lambda` is stochastic for every :math:`\lambda \ge 0` if and only if :math:`\log \Pi` has no
    negative element off its diagonal. Where it has some, they are set to zero and added to the diagonal,
    which gives a generator near it (Israel, Rosenthal and Wei 2001, section 3).

    Raises
    ------
    EstimationError
        The matrix has no real logarithm: an emotion is tagged as another one more often than as itself.
    """
    from scipy.linalg import expm, logm

    eigenvalues = np.linalg.eigvals(matrix)
    if np.any((np.abs(eigenvalues.imag) < 1e-12) & (eigenvalues.real <= 0)):
        raise EstimationError(
            "the confusion has no real logarithm (an eigenvalue is not positive), so posts cannot be "
            "misclassified by a fraction of it; the tagger is wrong too often."
        )
    log = np.asarray(logm(matrix)).real
    off = ~np.eye(len(matrix), dtype=bool)
    kept = np.where(off, np.maximum(log, 0.0), 0.0)
    np.fill_diagonal(kept, -kept.sum(axis=1))
    # Negative elements of the size of rounding are those of a logarithm that is a generator.
    lost = float(np.max(np.abs(expm(kept) - matrix)))
    return Generator(kept, 0.0 if log[off].min() > -1e-9 and lost < 1e-9 else lost)
