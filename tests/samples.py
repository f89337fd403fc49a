"""Posts and prices written by us, from which tests make their files."""

import json
from datetime import date
from pathlib import Path

import polars as pl


def message(post_id: int, created_at: str, body: str, *symbols: str, **more: object) -> dict[str, object]:
    """A message as the StockTwits API gives it."""
    return {
        "id": post_id,
        "body": body,
        "created_at": created_at,
        "user": {"id": 7, "username": "someone"},
        "symbols": [{"id": 1, "symbol": symbol, "title": symbol} for symbol in symbols],
        "entities": {"sentiment": None},
        **more,
    }


def write_lines(path: Path, records: list[object]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def price_table(tickers: list[str], sessions: list[date]) -> pl.DataFrame:
    """Prices that rise by one a session, from 100: simple enough to compute returns by hand."""
    return pl.DataFrame(
        [
            {
                "ticker": ticker,
                "date": day,
                "open": 100.0 + n,
                "high": 102.0 + n,
                "low": 99.0 + n,
                "close": 101.0 + n,
                "adj_close": 50.5 + n / 2,
                "volume": 1000.0,
            }
            for ticker in tickers
            for n, day in enumerate(sessions)
        ]
    )
