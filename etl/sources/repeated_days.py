"""Which symbol and session came before in a file, at a bit each."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

Keys = NDArray[np.int64]


class RepeatedDays:
    """The symbols and sessions that came before; a symbol takes a bit a session, however many its rows.

    Parameters
    ----------
    sessions
        The exchange's sessions (Date).
    """

    def __init__(self, sessions: pl.Series) -> None:
        self._sessions = sessions.sort().cast(pl.Int32).to_numpy()
        self._width = len(sessions) // 8 + 1  # bytes a symbol
        self._numbers: dict[str, int] = {}
        self._bits = np.zeros(64 * self._width, dtype=np.uint8)

    def find(self, tickers: pl.Series, dates: pl.Series) -> pl.Series:
        """Tell which of these rows came before, here or in a call before (Boolean), and remember them all.

        A day that is no session is never called a repeat: its rows are refused for that.
        """
        if not len(tickers) or not len(self._sessions):
            return pl.repeat(False, len(tickers), dtype=pl.Boolean, eager=True)
        days = dates.cast(pl.Int32).to_numpy()
        positions = np.searchsorted(self._sessions, days).clip(max=len(self._sessions) - 1)
        is_session = self._sessions[positions] == days
        keys = self._number(tickers) * (8 * self._width) + positions
        again: NDArray[np.bool_] = np.zeros(len(keys), dtype=bool)
        again[is_session] = self._find_keys(keys[is_session])
        return pl.Series(again)

    def _find_keys(self, keys: Keys) -> NDArray[np.bool_]:
        places, masks = keys >> 3, (1 << (keys & 7)).astype(np.uint8)
        before: NDArray[np.bool_] = (self._bits[places] & masks) != 0
        np.bitwise_or.at(self._bits, places, masks)
        before |= ~pl.Series(keys).is_first_distinct().to_numpy()
        return before

    def _number(self, tickers: pl.Series) -> Keys:
        """Give each row the number of its symbol, with room for its bits."""
        occurring = tickers.unique()
        numbers = [self._numbers.setdefault(symbol, len(self._numbers)) for symbol in occurring]
        needed = len(self._numbers) * self._width
        if needed > len(self._bits):
            self._bits = np.concatenate([self._bits, np.zeros(needed, dtype=np.uint8)])
        return tickers.replace_strict(occurring, numbers, return_dtype=pl.Int64).to_numpy()
