"""Yahoo, through yfinance: daily prices, figures, offerings. Keeping them is up to `etl/refresh`."""

from etl.live.yahoo.client import Yahoo

__all__ = ["Yahoo"]
