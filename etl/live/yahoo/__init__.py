"""Yahoo, through yfinance: daily prices, figures of a firm as snapshots, offerings.

`Yahoo(settings.yahoo, home, clock, patience)` is made once a run; each `refresh_...` brings one thing up to
date and commits it whole.
"""

from etl.live.yahoo.client import Yahoo
from etl.live.yahoo.facts import refresh_facts
from etl.live.yahoo.offerings import refresh_ipos
from etl.live.yahoo.outcome import Refreshed
from etl.live.yahoo.prices import refresh_prices

__all__ = ["Refreshed", "Yahoo", "refresh_facts", "refresh_ipos", "refresh_prices"]
