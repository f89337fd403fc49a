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


def flat_scores(posts: pl.DataFrame) -> pl.DataFrame:
    """Scores that depend on a post's id alone: `source`, `post_id`, `body_hash` and what a tagger gives."""
    happy = (posts["post_id"].cast(pl.Int64) % 5).cast(pl.Float32) / 10
    return posts.select("source", "post_id", "body_hash").with_columns(
        emotion=pl.lit("neutral"),
        neutral=(1 - happy - 0.1).cast(pl.Float32),
        happy=happy,
        sad=pl.lit(0.0, pl.Float32),
        anger=pl.lit(0.0, pl.Float32),
        disgust=pl.lit(0.0, pl.Float32),
        surprise=pl.lit(0.0, pl.Float32),
        fear=pl.lit(0.1, pl.Float32),
        valence=(happy - 0.1).cast(pl.Float32),
        confidence=(1 - happy - 0.1).cast(pl.Float32),
    )
