"""Which columns of the panel a spec reads, and whose posts are behind a term."""

import re
from collections.abc import Collection

from models.estimation.spec import Spec

_KEYS = {"ticker", "session", "session_no", "quarter"}
_RULES = {"close_lag1"}
_CUMULATED = {"ret_oc", "ret_cc"}
_SHIFTED = re.compile(r"(\w+)_(?:lag|lead)\d+")
_OF_POSTS = re.compile(r"(pre_open|intraday)_\w+?(?:_lag(\d+))?(?:_of_\w+)?")


def columns_read(spec: Spec, known: Collection[str]) -> list[str]:
    """Name the columns of a relation from which a spec's sample can be made, in the relation's order.

    Parameters
    ----------
    known
        The columns of the relation. Lags, leads and cumulated returns that it lacks are made of others.
    """
    named = {*spec.variables, f"{spec.sample.window}_posts"}
    made = {found[1] for name in named if (found := _SHIFTED.fullmatch(name))}
    return [
        name
        for name in known
        if name in _KEYS | _RULES | _CUMULATED | named | made or name.endswith(("_coverage", "_posts_seen"))
    ]


def posts_behind(term: str, otherwise: str) -> tuple[str, int]:
    """Return the window whose posts a term is made of, and how many sessions before the outcome's it lies.

    Parameters
    ----------
    otherwise
        The window of a term that no posts made, such as a past return: that which the sample counts.
    """
    found = next((match for name in term.split(":") if (match := _OF_POSTS.fullmatch(name))), None)
    return (found[1], int(found[2] or 0)) if found else (otherwise, 0)
