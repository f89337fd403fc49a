"""Denials: "not happy" is not happy, so a word of feeling soon after a denial counts as another word."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

REACH = 3  # tokens that a denial reaches
MARK = "¬"  # stands before the form of a denied word
_DENIALS = """
not no never nor without cannot none neither hardly dont cant wont didnt doesnt isnt arent wasnt werent
aint wouldnt couldnt shouldnt hasnt havent
"""
DENIALS = frozenset(_DENIALS.split())


def is_denial(form: str) -> bool:
    """Tell whether a form denies what follows."""
    return form in DENIALS or form.endswith("n't")


def find_denied(denials: NDArray[np.bool_], of_post: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Return which tokens (n) have a denial among the `REACH` tokens before them in the same post.

    Parameters
    ----------
    denials
        Which tokens deny (n), all posts one after the other.
    of_post
        The number of each token's post (n).
    """
    denied = np.zeros(len(denials), bool)
    for distance in range(1, min(REACH, len(denials) - 1) + 1):
        denied[distance:] |= denials[:-distance] & (of_post[distance:] == of_post[:-distance])
    return denied


def mark_denied(post: Sequence[str], deniable: frozenset[str]) -> list[str]:
    """Return a post's forms, those that are deniable and denied with `MARK` before them."""
    denials = np.array([is_denial(form) for form in post], bool)
    if not denials.any():
        return list(post)
    denied = find_denied(denials, np.zeros(len(post), np.int64))
    return [
        MARK + form if there and form in deniable else form for form, there in zip(post, denied, strict=True)
    ]
