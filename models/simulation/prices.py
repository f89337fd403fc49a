"""Prices: from returns to a daily table that an exchange could have printed."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

Array = NDArray[np.float64]

RANGE_SD = 0.004  # how far high and low lie outside open and close, as a share of the price
PRICE_DECIMALS = 4
SMALLEST_PRICE = 10.0**-PRICE_DECIMALS


def draw_start_prices(rng: np.random.Generator, firms: int) -> Array:
    """Draw prices before the first session, in dollars: (firms,), 10 to 150 for most."""
    prices: Array = np.round(rng.lognormal(np.log(40), 0.6, firms), 2)
    return prices


def print_prices(
    rng: np.random.Generator,
    tickers: list[str],
    sessions: pl.Series,
    start: Array,
    overnight: Array,
    intraday: Array,
    priced: NDArray[np.bool_],
) -> pl.DataFrame:
    r"""Turn returns into daily prices.

    .. math::
        open_t = close_{t-1} (1 + ret\_co_t), \quad close_t = open_t (1 + ret\_oc_t)

    There are no splits and no dividends, so `adj_close` is `close`.

    Parameters
    ----------
    sessions
        (T,) Date.
    start
        (firms,): the price before the first session, in dollars; for a firm that lists, its offer price.
    overnight, intraday
        (firms, T), decimals; zero before a firm lists.
    priced
        (firms, T): which of them are printed.

    Returns
    -------
    pl.DataFrame
        `ticker, date, open, high, low, close, adj_close, volume`, by ticker and date.
    """
    firms, n = intraday.shape
    closes = start[:, None] * np.cumprod((1 + overnight) * (1 + intraday), axis=1)
    opens = closes / (1 + intraday)
    above, below = np.abs(rng.normal(0, RANGE_SD, (2, firms, n)))
    highs = np.maximum(opens, closes) * (1 + above)
    lows = np.minimum(opens, closes) * (1 - np.minimum(below, 0.5))
    busy = rng.lognormal(0, 0.35, (firms, n)) * (1 + 40 * np.abs(intraday))
    volume = np.round(rng.lognormal(np.log(1e6), 0.8, (firms, 1)) * busy).astype(np.int64)

    def printed(prices: Array) -> Array:
        # One rounding for all four keeps their order.
        rounded: Array = np.maximum(np.round(prices, PRICE_DECIMALS), SMALLEST_PRICE).ravel()
        return rounded

    table = pl.DataFrame(
        {
            "ticker": np.repeat(tickers, n),
            "date": pl.concat([sessions] * firms),
            "open": printed(opens),
            "high": printed(highs),
            "low": printed(lows),
            "close": printed(closes),
            "adj_close": printed(closes),
            "volume": volume.ravel(),
        }
    )
    return table.filter(pl.Series(priced.ravel()))
