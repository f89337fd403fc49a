"""Signs of numbers in text: minus signs and powers of ten, for formats that can show them."""

import re

_MINUS = re.compile(r"(?<![\w.)])-(?=\d)")
_EXPONENT = re.compile(r"(?<=\d)e([+-]\d+)")


def sign_minus(text: str, minus: str = "−") -> str:
    """Put a minus sign for the hyphen before a number; hyphens in words and dates stay."""
    return _MINUS.sub(lambda _: minus, text)


def split_powers(text: str) -> list[tuple[str, int | None]]:
    """Divide text where numbers have exponents: "(4.00e-10)" is "(4.00", -10 and ")", None."""
    parts = _EXPONENT.split(text)
    powers: list[int | None] = [int(exponent) for exponent in parts[1::2]]
    return list(zip(parts[::2], [*powers, None], strict=True))
