"""Text as Word and Excel can hold it, and how a number is written: shared by both."""

import re

# XML cannot hold these at all; the second range turns the reading direction of what stands around it.
_UNHOLDABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\ufdd0-\ufdef]"
)
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
# Words that all columns share stand once over all of them; Yes and No stand in each.
_LONG_WORDS = re.compile(r"[^\W\d]{4}")

NUMBER = re.compile(
    r"(?P<before>[(\[]?)(?P<minus>[-−]?)(?P<digits>\d[\d,]*(?:\.\d+)?)(?:e(?P<exponent>[+-]\d+))?(?P<after>[)\]]?)"
)


def clean(text: str) -> str:
    """Make text one line that XML can hold and that reads from left to right."""
    return " ".join(_TURNING.sub("", _UNHOLDABLE.sub(" ", text)).split())


def stands_once(texts: list[str]) -> bool:
    """Whether the columns share their words, so that one cell over all of them says it."""
    return len(texts) > 1 and len(set(texts)) == 1 and bool(_LONG_WORDS.match(texts[0]))
