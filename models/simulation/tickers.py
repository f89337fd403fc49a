"""Tickers and names that belong to nobody."""

from itertools import product
from string import ascii_uppercase

# No company listed in the United States has a ticker that begins with ZQ (it is the root of a future).
PREFIX = "ZQ"


def invent_tickers(n: int) -> list[str]:
    """Return n tickers in alphabetical order: ZQAA, ZQAB, ...; five letters where four are too few.

    Raises
    ------
    ValueError
        There are no n such tickers.
    """
    n_letters = 2 if n <= len(ascii_uppercase) ** 2 else 3
    if n > len(ascii_uppercase) ** n_letters:
        raise ValueError(
            f"{n:,} tickers were asked for; {len(ascii_uppercase) ** n_letters:,} can be invented."
        )
    suffixes = product(ascii_uppercase, repeat=n_letters)
    return [PREFIX + "".join(letters) for letters, _ in zip(suffixes, range(n), strict=False)]
