"""Numbers as Excel shows them: a format that gives the very digits of a table's text."""

from decimal import ROUND_HALF_UP, Decimal

from models.tables.office_text import NUMBER

# `_x` leaves the room of the sign x: the digits of a column stand in line, stars and brackets beyond it.
# In Times three stars are as wide as a bracket, a star and two brackets.
ROOM = ("_*_*_*", "_*_*", "_*", "")  # beside 0, 1, 2, 3 stars
_ROOM_BESIDE_BRACKET = "_*_)_)"
_EXACT = 15  # digits that Excel keeps


def number_format(text: str, stars: int = 0) -> str | None:
    """Return the format with which Excel shows a number as `text` and stars; None where it is no number.

    Parameters
    ----------
    text
        A number as the table shows it, such as "1,234", "(7.62)" or "3.21e-13".
    stars
        How many stars the format writes behind it: the cell stays a number.
    """
    found = NUMBER.fullmatch(text)
    if not found:
        return None
    whole, _, decimals = found["digits"].partition(".")
    shape = ("#,##0" if "," in whole else "0") + ("." + "0" * len(decimals) if decimals else "")
    if found["exponent"]:
        shape += "E+" + "0" * (len(found["exponent"]) - 1)
    if found["before"] or found["after"]:
        before, after = (f'"{sign}"' if sign else "" for sign in (found["before"], found["after"]))
        after += _ROOM_BESIDE_BRACKET if found["after"] else ROOM[0]
        # Without a part of their own negative numbers would have their sign before the bracket.
        return f"{before}{shape}{after};{before}-{shape}{after}"
    return shape + (f'"{"*" * stars}"' if stars else "") + ROOM[stars]


def shown_alike(value: float, text: str) -> float:
    """Return the number to write so that Excel shows `text`: the value itself, but for ties.

    Excel rounds halves of a number's first 15 digits away from zero, Python the binary number exactly;
    where the two part ways the number is written as it is shown.
    """
    found = NUMBER.fullmatch(text)
    if not found:
        return value
    exponent = int(found["exponent"] or 0)
    decimals = len(found["digits"].partition(".")[2])
    unit = Decimal(1).scaleb(exponent - decimals)
    shown = Decimal(("-" if found["minus"] else "") + found["digits"].replace(",", "")).scaleb(exponent)
    rounded = (Decimal(f"{value:.{_EXACT}g}") / unit).to_integral_value(ROUND_HALF_UP) * unit
    return value + 0.0 if rounded == shown else float(shown)  # adding 0 makes -0.0 plain
