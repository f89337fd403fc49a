"""How Yahoo writes a symbol; its own spelling is read back by `etl.sources.fields.canonical_symbol`."""

import re

_SHARE_CLASS = re.compile(r"([A-Z]{1,5})\.([A-Z])")
_CRYPTO = ".X"  # how StockTwits marks a crypto-currency: BTC.X


def is_crypto(symbol: str) -> bool:
    """Tell a crypto-currency, which trades around the clock and has no sessions of an exchange."""
    return symbol.endswith(_CRYPTO)


def yahoo_symbol(symbol: str) -> str:
    """Write a symbol as Yahoo does: `BRK.B` is `BRK-B` there."""
    share_class = _SHARE_CLASS.fullmatch(symbol)
    return f"{share_class[1]}-{share_class[2]}" if share_class else symbol
