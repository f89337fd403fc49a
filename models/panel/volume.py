"""Volume, volume beyond the usual, and illiquidity."""

import polars as pl

from models.panel.grid import mean_before

USUAL_SESSIONS, LEAST_USUAL = 20, 10
ILLIQUIDITY_SESSIONS, LEAST_ILLIQUIDITY = 21, 10
PER_MILLION_DOLLARS = 1e6


def log_volume() -> pl.Expr:
    """Return ln(shares traded); null where none were traded or the number is unknown."""
    volume = pl.col("volume").cast(pl.Float64)
    return pl.when(volume > 0).then(volume.log())


def abnormal_volume() -> pl.Expr:
    """Return `log_volume` of t less its mean over t-20..t-1, of which 10 sessions must have a value."""
    return pl.col("log_volume") - mean_before("log_volume", USUAL_SESSIONS, LEAST_USUAL)


def price_impact() -> pl.Expr:
    """Return |ret_cc| / (close x volume) of a session; null where nothing was traded."""
    dollars = pl.col("close") * pl.col("volume").cast(pl.Float64)
    return pl.when(dollars > 0).then(pl.col("ret_cc").abs() / dollars)


def illiquidity() -> pl.Expr:
    """Return Amihud's (2002) measure: the mean of `price_impact` over t-21..t-1, times 1e6.

    It is the absolute return per million dollars traded, known before t; 10 of the 21 sessions must have a
    value. Close and volume are both as Yahoo gives them, adjusted for splits, so their product is dollars.
    """
    return PER_MILLION_DOLLARS * mean_before("price_impact", ILLIQUIDITY_SESSIONS, LEAST_ILLIQUIDITY)
