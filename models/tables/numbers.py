"""Numbers as text: significant digits, never a negative zero."""

import math

DIGITS = 3
SMALLEST_DECIMAL = 1e-4  # smaller numbers are written with an exponent
STARS = ((0.01, 3), (0.05, 2), (0.10, 1))
MISSING = "n/a"


def show(number: float | None, digits: int = DIGITS) -> str:
    """Write a number with significant digits; digits before the point are never rounded away.

    None is "", what is not finite "n/a". The sign is an ASCII hyphen; thousands have commas.
    """
    if number is None:
        return ""
    if not math.isfinite(number):
        return MISSING
    if number == 0:
        return "0"
    rounded = float(f"{number:.{digits - 1}e}")
    if abs(rounded) < SMALLEST_DECIMAL:
        return f"{number:.{digits - 1}e}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
    return f"{number:,.{decimals}f}"


def show_count(number: int | None) -> str:
    """Write a count with thousands separated; None is ""."""
    return "" if number is None else f"{number:,}"


def show_p(p_value: float | None, digits: int = DIGITS) -> str:
    """Write a p-value: "<0.001" below that, else its significant digits."""
    return "<0.001" if p_value is not None and p_value < 0.001 else show(p_value, digits)


def count_stars(p_value: float | None, std_error: float | None) -> int:
    """Return 3, 2, 1 or 0 for p < 0.01, < 0.05, < 0.10 and the rest.

    None where the standard error is not positive: then the p-value says nothing.
    """
    if p_value is None or std_error is None or not std_error > 0 or not math.isfinite(std_error):
        return 0
    return next((stars for level, stars in STARS if p_value < level), 0)
