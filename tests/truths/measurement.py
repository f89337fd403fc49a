"""Panels of misclassified posts whose coefficients on the true shares are known."""

import numpy as np
import polars as pl

from models.emotions import EMOTIONS, SIX

BASE = np.array([0.35, 0.28, 0.08, 0.06, 0.07, 0.08, 0.08])
COEFFICIENTS = dict(zip(SIX, (0.010, -0.008, -0.006, 0.004, 0.003, -0.012), strict=True))


def simulate_misclassified_posts(
    seed: int,
    confusion: np.ndarray,
    firms: int = 60,
    sessions: int = 250,
    extra_posts: float = 2.0,
    concentration: float = 4.0,
    noise: float = 0.01,
) -> pl.DataFrame:
    r"""Simulate a panel of firm-days with tagged posts and returns.

    .. math::
        n_{it} = 1 + Poisson(\text{extra\_posts}), \quad
        p_{it} \sim Dirichlet(\text{concentration} \cdot BASE)

        T_{it} \sim Multinomial(n_{it}, p_{it}), \quad
        C_{it} = \sum_j Multinomial(T_{it,j}, \Pi_{j \cdot})

        y_{it} = a_i + g_t + \sum_k \beta_k T_{it,k} / n_{it} + 0.2 c_{it} + u_{it}

    with a, g ~ N(0, 0.01²), c ~ N(0, 0.01²) a control that is independent of the emotions,
    u ~ N(0, noise²), and beta `COEFFICIENTS` (neutral 0). The mean probabilities are what a calibrated
    tagger gives that sees of a post only its tag: P(true | tag) at the average frequencies BASE.

    Returns
    -------
    pl.DataFrame
        `ticker, session, session_no, ret_oc` (y), `control` (c), `pre_open_posts` (n),
        `pre_open_n_<emotion>` (C), `true_<emotion>` (T/n), `pre_open_<emotion>` (mean probabilities).
    """
    rng = np.random.default_rng(seed)
    n = firms * sessions
    firm, session = np.divmod(np.arange(n), sessions)
    posts = 1 + rng.poisson(extra_posts, n)
    gamma = rng.gamma(concentration * BASE, size=(n, len(BASE)))
    moods = gamma / gamma.sum(axis=1, keepdims=True)
    true = rng.multinomial(posts, moods)
    tagged = sum(rng.multinomial(true[:, j], confusion[j]) for j in range(len(BASE)))
    shares = true / posts[:, None]
    control = rng.normal(0, 0.01, n)
    beta = np.array([COEFFICIENTS.get(emotion, 0.0) for emotion in EMOTIONS])
    y = rng.normal(0, 0.01, firms)[firm] + rng.normal(0, 0.01, sessions)[session]
    y = y + shares @ beta + 0.2 * control + rng.normal(0, noise, n)
    joint = BASE[:, None] * confusion
    means = tagged / posts[:, None] @ (joint / joint.sum(axis=0)).T
    return pl.DataFrame(
        {
            "ticker": firm,
            "session": session,
            "session_no": session,
            "ret_oc": y,
            "control": control,
            "pre_open_posts": posts,
            **{f"pre_open_n_{e}": tagged[:, i] for i, e in enumerate(EMOTIONS)},
            **{f"true_{e}": shares[:, i] for i, e in enumerate(EMOTIONS)},
            **{f"pre_open_{e}": means[:, i] for i, e in enumerate(EMOTIONS)},
        }
    )


def confusion_of(accuracy: float) -> np.ndarray:
    """A matrix (7, 7) with one accuracy for all emotions; errors fall where posts are frequent."""
    others = np.tile(BASE, (len(BASE), 1))
    np.fill_diagonal(others, 0)
    others /= others.sum(axis=1, keepdims=True)
    return accuracy * np.eye(len(BASE)) + (1 - accuracy) * others


def counts_of(confusion: np.ndarray, posts: int = 1_000_000) -> pl.DataFrame:
    """The counts `true, tagged, n` of a matrix, as the estimators take them."""
    return pl.DataFrame(
        [
            {"true": true, "tagged": tagged, "n": confusion[i, j] * posts}
            for i, true in enumerate(EMOTIONS)
            for j, tagged in enumerate(EMOTIONS)
        ]
    )
