"""Numbers as people read them, and text of the data made harmless."""

import re
from datetime import date

# What Markdown could take for its own, and direction marks that would turn the words around it.
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$:~&=^@/\"'])")


_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


def plain(text: str, longest: int = 24) -> str:
    """Return text from the data on one line, cut, without control and direction marks."""
    seen = _UNSEEN.sub(" ", text).strip()
    return seen if len(seen) <= longest else f"{seen[: longest - 1]}…"


def inert(text: str, longest: int = 24) -> str:
    """Return text from the data so that Markdown shows it as it is."""
    return _PUNCTUATION.sub(r"\\\1", plain(text, longest))


def signed(value: float, digits: int = 1) -> str:
    """Write a number with its sign, a true minus, and no negative zero: +1.2, −0.3, 0.0."""
    rounded = round(value, digits)
    if rounded == 0:
        return f"{0:.{digits}f}"
    return f"{'+' if rounded > 0 else '−'}{abs(rounded):,.{digits}f}"


def significant(value: float, digits: int = 3) -> str:
    """Write a number to significant digits, with its sign and without an exponent."""
    if value == 0:
        return "0"
    magnitude = f"{abs(value):.{digits}g}"
    text = f"{float(magnitude):,.10f}".rstrip("0").rstrip(".") if "e" in magnitude else magnitude
    return f"{'−' if value < 0 else '+'}{text}"


def p_value(p: float) -> str:
    """Write a p-value: p = 0.03, p < 0.001."""
    if p < 0.001:
        return "p < 0.001"
    return f"p = {p:.3f}" if p < 0.01 else f"p = {p:.2f}"


def day(moment: date) -> str:
    """Write a day without a code: 31 Mar 2016."""
    return f"{moment.day} {moment:%b %Y}"


def posts(count: int) -> str:
    """Write a count of posts: 1 post, 1,204 posts."""
    return f"{count:,} post{'' if count == 1 else 's'}"


def file_name(family: str, tagger: str) -> str:
    """Return a name for a downloaded table, of letters, digits and dashes."""
    return re.sub(r"[^A-Za-z0-9]+", "-", f"{family}-{tagger}").strip("-").lower()
