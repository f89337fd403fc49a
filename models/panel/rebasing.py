"""Prices of several firms on one scale."""

import polars as pl


def rebase(prices: pl.DataFrame, base: float = 100.0) -> pl.DataFrame:
    r"""Express each firm's price as an index that starts at the same number on the same session.

    .. math::
        I_{i,t} = base \cdot adj_{i,t} / adj_{i,s}

    where s is the first session on which every firm that has any price has one, so that all are followed
    over the same time: :math:`I_{i,t} / base - 1` is the compound total return since the close of s.
    Source: the definition of a price relative (Campbell, Lo and MacKinlay 1997, section 1.4.1).

    Parameters
    ----------
    prices
        One row a `ticker` and `session`: `adj_close` (adjusted for splits and dividends), null where
        there is none.

    Returns
    -------
    pl.DataFrame
        `prices` with `price_index`, in the same order: null without a price and before s, and for all
        where no session has a price of each.
    """
    priced = prices.filter(pl.col("adj_close") > 0)
    n_firms = priced["ticker"].n_unique()
    shared = priced.group_by("session").len().filter(pl.col("len") == n_firms)
    bases = priced.join(shared.select(pl.col("session").min()), on="session").select(
        "ticker", start="session", adj_start="adj_close"
    )
    followed = pl.col("session") >= pl.col("start")
    return (
        prices.join(bases, on="ticker", how="left", maintain_order="left")
        .with_columns(price_index=pl.when(followed).then(base * pl.col("adj_close") / pl.col("adj_start")))
        .drop("start", "adj_start")
    )
