"""Variables that an analyst's specs name: whether they are there, and when they are known."""

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches

from models.estimation.families.parts import PARTS

# What tells rows apart is no variable; "ticker" may be an effect or a cluster.
IDENTIFIERS = ("tagger", "ticker", "session", "session_no")
_SHIFTED = re.compile(r"(\w+?)_(lag|lead)([1-9]\d{0,3})")
_CUMULATED = re.compile(r"ret_oc_cum[1-9]\d{0,3}")
_OF_PART = re.compile(rf"(pre_open_\w+?)_of_({'|'.join(PARTS)})")
_NO_PARTS = ("_coverage", "_posts_seen", "_disagreement")  # what is known of all posts alone
_PAST = re.compile(r"\w+_(lag\d+|day|week|month)")
# Known only at the close of their session, or at its open; all other variables before.
_AT_CLOSE = ("intraday_", "ret_oc", "ret_cc", "rv_", "log_rv_", "abs_ret_oc", "log_volume", "abnormal_volume")
_AT_OPEN = ("pre_open_", "ret_co")
BEFORE, OPEN, CLOSE = 0, 1, 2


def factors(terms: Collection[str]) -> Iterator[str]:
    """Yield the variables of terms: of a product "a:b", a and b."""
    for term in terms:
        yield from term.split(":")


def explain_unknown(name: str, known: Collection[str]) -> str | None:
    """Say what is wrong with a variable's name, or None where it is there or can be made.

    `x_lag3` and `x_lead3` can be made of a known x, `ret_oc_cum3` of returns; `pre_open_x_of_chat` stands
    beside a known `pre_open_x`.
    """
    if name in IDENTIFIERS:
        return f"{name!r} tells rows apart and is no variable; use it in effects or inference"
    shifted = _SHIFTED.fullmatch(name)
    if name in known or _CUMULATED.fullmatch(name) or (shifted and shifted[1] in known):
        return None
    if (of_part := _OF_PART.fullmatch(name)) and _has_parts(of_part[1], known):
        return None
    base, ending = (shifted[1], f"_{shifted[2]}{shifted[3]}") if shifted else (name, "")
    variables = sorted(set(known) - set(IDENTIFIERS))
    found = get_close_matches(base, variables, n=1)
    return f"there is no variable {name!r}" + (f"; did you mean {found[0]}{ending}?" if found else "")


def is_of_part(name: str) -> bool:
    """Tell whether a variable is of a part of the posts, such as pre_open_happy_of_chat."""
    return bool(_OF_PART.fullmatch(name))


def looks_ahead(name: str) -> bool:
    """Tell whether a variable is of a later session: a lead, or a return cumulated over later sessions."""
    return bool(re.fullmatch(r"\w+_lead\d+|ret_oc_cum\d+", name))


def is_contemporaneous(name: str, outcome: str) -> bool:
    """Tell whether a variable of session t is known only after its outcome has begun.

    Outcomes of session t begin at its open, those that hold the night (`ret_co`, `ret_cc`, emotions before
    the open) at the close before it, those of later sessions after everything of t.
    """
    if looks_ahead(outcome) and not _CUMULATED.fullmatch(outcome):
        return False
    begins = BEFORE if outcome.startswith((*_AT_OPEN, "ret_cc")) else OPEN
    if _PAST.fullmatch(outcome):
        begins = BEFORE
    return _known_at(name) > begins


def _known_at(name: str) -> int:
    if _PAST.fullmatch(name):
        return BEFORE
    # "ret_oc" begins with "ret_o", "ret_co" with "ret_c": no name begins with both.
    return CLOSE if name.startswith(_AT_CLOSE) else OPEN if name.startswith(_AT_OPEN) else BEFORE


def _has_parts(base: str, known: Collection[str]) -> bool:
    whole = base in known and not base.endswith(_NO_PARTS)
    return whole and not re.search(r"_n_|_lag\d", base)
