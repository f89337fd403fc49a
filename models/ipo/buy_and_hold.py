r"""Buy-and-hold abnormal returns from the first close.

.. math::
    BHAR_{ih} = \frac{adj_{i,h}}{adj_{i,0}} - \prod_{s=1}^{h} (1 + m_s)

with :math:`adj_{i,h}` the close h sessions after the first, adjusted for splits and dividends, and
:math:`m_s` the return of the benchmark (Barber and Lyon 1997). In decimals.
"""

import polars as pl

HORIZONS = (21, 63, 126, 252)  # sessions: a month, a quarter, half a year, a year
LONGEST = max(HORIZONS)
RUN_UP = 15  # sessions before the listing over which the market's return is taken
FACTORS, OTHERS = "fama_french", "equally_weighted"


def follow_listings(
    firsts: pl.DataFrame, prices: pl.DataFrame, factors: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Follow each firm and the market from 15 sessions before its first to 252 after it.

    The market is that of `factors` where it is known for every session after the first; else the equally
    weighted mean of the close-to-close returns of all other firms with prices. (Such a mean is bought
    and sold anew each day, which makes long returns of it somewhat too large: Barber and Lyon 1997.)

    Parameters
    ----------
    firsts
        One row a firm: `ticker`, `session_no` of its first session.
    prices
        One row a `ticker` and `session_no`: `adj_close`, `ret_cc` (close to close, decimals).
    factors
        One row a `session_no`: `ret_market` (decimals). None where none were loaded.

    Returns
    -------
    pl.DataFrame
        One row a ticker and `event_session` (-15 to 252; 0 is the first), up to its last price:
        `session_no`, `adj_close` (null where there is no price), `ret_market` (null where nobody else
        has a return), `market_source`.
    """
    known = pl.DataFrame(schema={"session_no": pl.Int32, "ret_factor": pl.Float64})
    if factors is not None:
        known = factors.select(pl.col("session_no").cast(pl.Int32), ret_factor="ret_market")
    everyone = (
        prices.filter(pl.col("ret_cc").is_not_null())
        # In order of tickers: a sum in another order differs in its last digits.
        .sort("session_no", "ticker")
        .group_by("session_no", maintain_order=True)
        .agg(total=pl.col("ret_cc").sum(), n=pl.len().cast(pl.Int64))
        .with_columns(pl.col("session_no").cast(pl.Int32))
    )
    grid = (
        firsts.select("ticker", first=pl.col("session_no").cast(pl.Int32))
        .join(
            pl.DataFrame({"event_session": pl.int_range(-RUN_UP, LONGEST + 1, dtype=pl.Int32, eager=True)}),
            how="cross",
        )
        .with_columns(session_no=pl.col("first") + pl.col("event_session"))
    )
    own = prices.select("ticker", pl.col("session_no").cast(pl.Int32), "adj_close", "ret_cc")
    followed = (
        grid.join(own, on=["ticker", "session_no"], how="left")
        .join(everyone, on="session_no", how="left")
        .join(known, on="session_no", how="left")
        .sort("ticker", "event_session")
        .with_columns(
            last=pl.col("event_session").filter(pl.col("adj_close").is_not_null()).max().over("ticker")
        )
        .filter(pl.col("event_session") <= pl.col("last"))
    )
    n_others = pl.col("n") - pl.col("ret_cc").is_not_null().cast(pl.Int64)
    others = (
        pl.when(n_others > 0)
        .then((pl.col("total") - pl.col("ret_cc").fill_null(0.0)) / n_others)
        .otherwise(None)
    )
    after = pl.col("event_session") > 0
    all_known = (pl.col("ret_factor").is_not_null() | ~after).all().over("ticker")
    all_known &= pl.col("ret_factor").is_not_null().any().over("ticker")
    return followed.with_columns(
        ret_market=pl.when(all_known).then(pl.col("ret_factor")).otherwise(others),
        market_source=pl.when(all_known).then(pl.lit(FACTORS)).otherwise(pl.lit(OTHERS)),
    ).select("ticker", "event_session", "session_no", "adj_close", "ret_market", "market_source")


def compute_paths(followed: pl.DataFrame) -> pl.DataFrame:
    """Compute buy-and-hold returns from the first close, of each firm and of the market.

    Returns
    -------
    pl.DataFrame
        One row a `ticker` and `event_session` (0 to 252) with a price: `session_no`, `bhr`, `bhr_m`
        (the market's), `bhar_m`, in decimals. The market's is null from the first session on that has
        no market return.
    """
    after = followed.filter(pl.col("event_session") >= 0).sort("ticker", "event_session")
    growth = pl.when(pl.col("event_session") == 0).then(0.0).otherwise(pl.col("ret_market")) + 1
    unbroken = growth.is_not_null().cum_min().over("ticker")
    return (
        after.with_columns(
            bhr=pl.col("adj_close") / pl.col("adj_close").first().over("ticker") - 1,
            bhr_m=pl.when(unbroken).then(growth.cum_prod().over("ticker") - 1),
        )
        .filter(pl.col("bhr").is_not_null())
        .with_columns(bhar_m=pl.col("bhr") - pl.col("bhr_m"))
        .select("ticker", "event_session", "session_no", "bhr", "bhr_m", "bhar_m")
    )


def compute_run_up(followed: pl.DataFrame) -> pl.DataFrame:
    """Compute the market's compound return over the 15 sessions before each first session.

    Returns
    -------
    pl.DataFrame
        One row a `ticker`: `market_ret_15` (decimals; null where a session's return is unknown) and
        `market_source`.
    """
    before = pl.col("ret_market").filter(pl.col("event_session") < 0)
    return followed.group_by("ticker").agg(
        market_ret_15=pl.when(before.count() == RUN_UP).then((before + 1).product() - 1),
        market_source=pl.col("market_source").first(),
    )


def hold_industries(firsts: pl.DataFrame, prices: pl.DataFrame) -> pl.DataFrame:
    """Compute the mean buy-and-hold return of the other firms of each firm's industry.

    A firm counts where it has a price at the first close and at the close h sessions later. Whose
    industry is known is who stands in the file of offerings; some of them listed lately themselves.

    Parameters
    ----------
    firsts
        One row a firm: `ticker`, `session_no`, `industry` (null where unknown).
    prices
        One row a `ticker` and `session_no`: `adj_close`.

    Returns
    -------
    pl.DataFrame
        One row a `ticker` and `horizon` with at least one such firm: `bhr_ind` (decimals), `n_peers`.
    """
    members = firsts.filter(pl.col("industry").is_not_null()).select("ticker", "industry", "session_no")
    own = prices.select(peer="ticker", session_no="session_no", adj="adj_close")
    pairs = (
        members.join(members.select("industry", peer="ticker"), on="industry", how="inner")
        .filter(pl.col("peer") != pl.col("ticker"))
        .join(own.rename({"adj": "adj_0"}), on=["peer", "session_no"], how="inner")
        .join(pl.DataFrame({"horizon": pl.Series(HORIZONS, dtype=pl.Int32)}), how="cross")
        .with_columns((pl.col("session_no") + pl.col("horizon")).cast(prices.schema["session_no"]))
        .join(own.rename({"adj": "adj_h"}), on=["peer", "session_no"], how="inner")
    )
    return (
        pairs.sort("ticker", "horizon", "peer")
        .group_by("ticker", "horizon", maintain_order=True)
        .agg(bhr_ind=(pl.col("adj_h") / pl.col("adj_0") - 1).mean(), n_peers=pl.len())
    )
