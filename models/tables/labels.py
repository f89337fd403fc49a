"""Words for variables: what a reader sees in place of `pre_open_happy`, and in which unit it is."""

import re
from dataclasses import dataclass

from models.emotions import EMOTIONS

WINDOWS = {"pre_open": "before the open", "intraday": "during the session"}
# Valence comes before the emotions that it sums up, disagreement after them.
MEASURES = ("valence", *EMOTIONS, "disagreement")
SPANS = {
    "oc": "from open to close",
    "co": "from close to open (overnight)",
    "cc": "from close to close",
}
# Kind of variable -> what one unit of it is.
UNITS = {
    "emotion": "emotions: mean probability over the posts, 0 to 1",
    "valence": "valence: happy less sad, anger, disgust and fear, -1 to 1",
    "disagreement": "disagreement: standard deviation of valence over the posts",
    "log_posts": "log(1 + posts): log points",
    "posts": "posts: their number",
    "return": "returns: decimals, 1 is 100%",
    "volatility": "volatility: standard deviation of daily returns, decimals",
}
DECIMALS = ("return", "volatility")  # kinds that tables show in basis points

_SHIFT = re.compile(r"_(lag|lead)(\d+)$")
_WINDOW = re.compile(rf"({'|'.join(WINDOWS)})_(\w+)")
_RETURN = re.compile(rf"ret_({'|'.join(SPANS)}|\d+)")
_VOLATILITY = re.compile(r"vol_(\d+)")


@dataclass(frozen=True)
class Variable:
    """A variable in words.

    Parameters
    ----------
    label
        What a table shows.
    kind
        A key of `UNITS`, or "" where the name follows no rule.
    place
        Orders emotion measures: (sessions back, window, measure); None for any other variable.
    """

    label: str
    kind: str = ""
    place: tuple[int, int, int] | None = None


def describe(name: str) -> Variable:
    """Read a variable's name by the panel's rules; a name that follows none is its own label."""
    if name == "(Intercept)":
        return Variable("Intercept")
    shift = _SHIFT.search(name)
    stem = name[: shift.start()] if shift else name
    sign = "-" if shift and shift[1] == "lag" else "+"
    when = f"t{sign}{shift[2]}" if shift else ""
    if found := _WINDOW.fullmatch(stem):
        back = (1 if sign == "-" else -1) * int(shift[2]) if shift else 0
        return _describe_window(found[1], found[2], when, back) or Variable(name)
    if found := _RETURN.fullmatch(stem):
        words = SPANS.get(found[1], f"over {found[1]} sessions")
        return Variable(_join(f"Return {words}", when), "return")
    if found := _VOLATILITY.fullmatch(stem):
        return Variable(_join(f"Volatility over {found[1]} sessions", when), "volatility")
    return Variable(name)


def label(name: str) -> str:
    """Return a variable's words, such as "Happy, before the open" for `pre_open_happy`."""
    return describe(name).label


def _describe_window(window: str, measure: str, when: str, back: int) -> Variable | None:
    session = when and f"session {when}"
    if measure == "log_posts":
        return Variable(_join(f"Log(1 + posts {WINDOWS[window]})", session), "log_posts")
    if measure == "posts":
        return Variable(_join(f"Posts {WINDOWS[window]}", session), "posts")
    if measure not in MEASURES:
        return None
    kind = "emotion" if measure in EMOTIONS else measure
    place = (back, list(WINDOWS).index(window), MEASURES.index(measure))
    return Variable(_join(f"{measure.capitalize()}, {WINDOWS[window]}", session), kind, place)


def _join(words: str, when: str) -> str:
    return f"{words}, {when}" if when else words
