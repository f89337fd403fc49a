"""Words for variables: what a reader sees in place of `pre_open_happy`, and in which unit it is."""

import re
from dataclasses import dataclass

from models.emotions import EMOTIONS
from models.tables.names import FIGURES, LAGGED_MEANS, NAMED, PARTS

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
    "log": "logarithms: log points",
    "share": "shares: 0 to 1",
    "half": "halves: 1 above the session's median, else 0",
    "number": "indices and ratios: in their own unit",
    "years": "ages: years",
    "dollars": "prices: dollars",
}
FIGURE = "figure"  # the kind of what is estimated but is no slope, such as a half-life
DECIMALS = ("return", "volatility")  # kinds that tables show in basis points

_SHIFT = re.compile(r"_(lag|lead)(\d+)$")
_MEAN = re.compile(rf"_({'|'.join(LAGGED_MEANS)})$")
_PART = re.compile(rf"_of_({'|'.join(PARTS)})$")
_WINDOW = re.compile(rf"({'|'.join(WINDOWS)})_(\w+)")
_RETURN = re.compile(rf"ret_({'|'.join(SPANS)}|\d+)")
_CUMULATED = re.compile(r"ret_oc_cum(\d+)")
_AFTER = re.compile(r"session_(-?\d+)")
_VOLATILITY = re.compile(r"vol_(\d+)")


@dataclass(frozen=True)
class Variable:
    """A variable in words.

    Parameters
    ----------
    label
        What a table shows.
    kind
        A key of `UNITS`, `FIGURE`, or "" where the name follows no rule.
    place
        Orders emotion measures: (sessions back, window, measure); None for any other variable.
    """

    label: str
    kind: str = ""
    place: tuple[int, int, int] | None = None


def describe(name: str) -> Variable:
    """Read a variable's name by the panel's rules; a name that follows none is its own label."""
    read = (_describe_figure, _describe_product, _describe_part, _describe_half, _describe_plain)
    return next((found for reader in read if (found := reader(name))), Variable(name))


def _describe_figure(name: str) -> Variable | None:
    if name == "(Intercept)":
        return Variable("Intercept")
    if name in FIGURES:
        return Variable(FIGURES[name], FIGURE)
    if found := _AFTER.fullmatch(name):
        after = int(found[1])
        where = "after" if after > 0 else "before"
        words = (
            f"{abs(after)} session{'s' if abs(after) > 1 else ''} {where}" if after else "In the same session"
        )
        return Variable(words, FIGURE)
    return None


def _describe_product(name: str) -> Variable | None:
    if ":" not in name:
        return None
    factors = [describe(factor) for factor in name.split(":")]
    return Variable(" x ".join(factor.label for factor in factors), factors[0].kind, factors[0].place)


def _describe_part(name: str) -> Variable | None:
    found = _PART.search(name)
    if not found:
        return None
    whole = describe(name[: found.start()])
    return Variable(_join(whole.label, PARTS[found[1]]), whole.kind, whole.place)


def _describe_half(name: str) -> Variable | None:
    of = describe(name.removeprefix("high_")) if name.startswith("high_") else Variable(name)
    return Variable(f"High: {of.label[0].lower()}{of.label[1:]}", "half") if of.kind else None


def _describe_plain(name: str) -> Variable | None:
    """Read a stem that may be shifted by sessions."""
    shift = _SHIFT.search(name)
    stem = name[: shift.start()] if shift else name
    sign = "-" if shift and shift[1] == "lag" else "+"
    when = f"t{sign}{shift[2]}" if shift else ""
    if found := _WINDOW.fullmatch(stem):
        back = (1 if sign == "-" else -1) * int(shift[2]) if shift else 0
        return _describe_window(found[1], found[2], when, back)
    words, kind = _describe_stem(stem)
    return Variable(_join(words, when), kind) if kind else None


def _describe_stem(stem: str) -> tuple[str, str]:
    """Return the words and the kind of a variable; two empty texts where no rule knows it."""
    if found := _RETURN.fullmatch(stem):
        return f"Return {SPANS.get(found[1], f'over {found[1]} sessions')}", "return"
    if found := _CUMULATED.fullmatch(stem):
        return f"Return from open to the close of t+{found[1]}", "return"
    if found := _VOLATILITY.fullmatch(stem):
        return f"Volatility over {found[1]} sessions", "volatility"
    if (found := _MEAN.search(stem)) and stem[: found.start()] in NAMED:
        words, kind = NAMED[stem[: found.start()]]
        return f"{words}, {LAGGED_MEANS[found[1]]}", kind
    return NAMED.get(stem, ("", ""))


def label(name: str) -> str:
    """Return a variable's words, such as "Happy, before the open" for `pre_open_happy`."""
    return describe(name).label


def _describe_window(window: str, measure: str, when: str, back: int) -> Variable | None:
    session = when and f"session {when}"
    if measure == "log_posts":
        return Variable(_join(f"Log(1 + posts {WINDOWS[window]})", session), "log_posts")
    if measure in {"posts", "posts_seen"}:
        seen = " that were seen" if measure == "posts_seen" else ""
        return Variable(_join(f"Posts{seen} {WINDOWS[window]}", session), "posts")
    if measure == "coverage":
        return Variable(_join(f"Share observed of the time {WINDOWS[window]}", session), "share")
    counted = measure.removeprefix("n_")
    if measure != counted and counted in EMOTIONS:
        return Variable(_join(f"Posts most probably {counted}, {WINDOWS[window]}", session), "posts")
    if measure not in MEASURES:
        return None
    kind = "emotion" if measure in EMOTIONS else measure
    place = (back, list(WINDOWS).index(window), MEASURES.index(measure))
    return Variable(_join(f"{measure.capitalize()}, {WINDOWS[window]}", session), kind, place)


def _join(words: str, when: str) -> str:
    return f"{words}, {when}" if when else words
