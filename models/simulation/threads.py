"""Threads: which posts answer which."""

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]

REPLIES = 0.20  # of the posts, where the firm has an earlier one


def draw_threads(rng: np.random.Generator, firm: Codes) -> tuple[Codes, Codes]:
    """Draw what each post answers: the post before it on its firm, in the thread of that one.

    Parameters
    ----------
    firm
        (posts,): the firm named first, in the order of writing.

    Returns
    -------
    tuple of Codes
        (posts,) each: the place of the post that began the thread, and of the one that is answered; -1 for a
        post that answers none.
    """
    n = len(firm)
    by_firm = np.argsort(firm, kind="stable")
    answers = rng.random(n) < REPLIES
    answers[1:] &= firm[by_firm][1:] == firm[by_firm][:-1]
    answers[:1] = False
    began = np.maximum.accumulate(np.where(answers, 0, np.arange(n)))
    thread, answered = np.full((2, n), -1, dtype=np.int64)
    thread[by_firm[answers]] = by_firm[began[answers]]
    answered[by_firm[answers]] = by_firm[np.flatnonzero(answers) - 1]
    return thread, answered
