"""Styles of tables: what stands below an estimate, whether there are stars, how many digits."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

Below = Literal["se", "t", "interval"]
BELOW: tuple[Below, ...] = get_args(Below)
MOST_DIGITS = 12  # beyond them a decimal of the stored number may be none of its own


@dataclass(frozen=True)
class Style:
    """How a table is written; the numbers behind it are the same in every style.

    Parameters
    ----------
    name
        A key of `STYLES`.
    stars
        Whether estimates have stars, and the notes their legend.
    below
        What stands under an estimate: its standard error, its t in parentheses or its 95 % interval.
    digits
        Significant digits of numbers that are no counts.
    notes_above
        Whether the notes are a paragraph between the title and the body.
    """

    name: str = "plain"
    stars: bool = True
    below: Below = "se"
    digits: int = 3
    notes_above: bool = False

    def __post_init__(self) -> None:
        if self.below not in BELOW:
            raise ValueError(f"Nothing called '{self.below}' stands below an estimate: {', '.join(BELOW)}.")
        if not 1 <= self.digits <= MOST_DIGITS:
            raise ValueError(f"A table has 1 to {MOST_DIGITS} significant digits, not {self.digits}.")


PLAIN = Style()
STYLES = {
    "plain": PLAIN,
    # From memory of the American Economic Association's guide for accepted articles: standard errors in
    # parentheses and no asterisks for significance. (Its other rules are left to authors.)
    "aer": Style("aer", stars=False),
    # From memory of the journal's pages, not from a rule: t in parentheses, stars, and a paragraph under
    # the title that makes the table understood by itself.
    "jf": Style("jf", below="t", notes_above=True),
}


def choose_style(
    name: str = "plain", *, stars: bool | None = None, below: Below | None = None, digits: int | None = None
) -> Style:
    """Return a style by its name, with what is given in place of its own.

    Raises
    ------
    ValueError
        There is no such style, or it cannot be written so.
    """
    if name not in STYLES:
        raise ValueError(f"There is no style '{name}'; there are: {', '.join(STYLES)}.")
    given = {"stars": stars, "below": below, "digits": digits}
    return replace(STYLES[name], **{key: value for key, value in given.items() if value is not None})  # type: ignore[arg-type]
