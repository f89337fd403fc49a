"""The joint test that several estimates are zero."""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def wald_zero(estimate: Matrix, covariance: Matrix, df: float | None) -> dict[str, float | int | None]:
    r"""Test that all estimates are zero: :math:`F = b' V^{-1} b / q`.

    Parameters
    ----------
    estimate, covariance
        (q,) and (q, q).
    df
        Denominator degrees of freedom of F; None for qF from chi-squared(q).

    Returns
    -------
    dict
        `joint_f, joint_df1, joint_df2, joint_p`; all None where the covariance is singular, as with
        fewer clusters than estimates.
    """
    from scipy import stats

    q = len(estimate)
    sd = np.sqrt(np.diag(covariance))
    # The rank of correlations does not depend on the regressors' units.
    if q == 0 or (sd == 0).any() or np.linalg.matrix_rank(covariance / np.outer(sd, sd), hermitian=True) < q:
        return {"joint_f": None, "joint_df1": None, "joint_df2": None, "joint_p": None}
    f = float(estimate @ np.linalg.solve(covariance, estimate)) / q
    p = stats.chi2.sf(q * f, q) if df is None else stats.f.sf(f, q, df)
    return {"joint_f": f, "joint_df1": q, "joint_df2": df, "joint_p": float(p)}
