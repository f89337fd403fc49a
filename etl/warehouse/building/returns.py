"""The relation `returns`: what `models.panel.returns` makes of prices, in the file of the version."""

from collections.abc import Iterator, Sequence

import duckdb

from etl.warehouse.building.periods import Period
from etl.warehouse.checks import check_grain
from models.panel.returns import compute_returns

# Prices that are computed at once: some 50 columns come of each.
PRICES_AT_ONCE = 250_000


def make_returns(store: duckdb.DuckDBPyConnection, periods: Sequence[Period], *, anew: bool) -> None:
    """Make the rows of some periods.

    They are computed of all prices, since returns look back as far as prices go, some firms after the other.
    Not within a transaction: DuckDB would keep what it was given until the transaction ends.

    Parameters
    ----------
    anew
        Whether no period has rows yet.
    """
    if not periods and not anew:
        return
    sessions = store.sql("select session, session_no from sessions order by session").pl()
    made = " or ".join(f"session between date '{p.first}' and date '{p.last}'" for p in periods)
    if not anew:
        store.execute(f"delete from market.returns where {made}")
    for first, last in _divide_firms(store):
        prices = store.sql(
            "select * from stg_prices where ticker between $first and $last",
            params={"first": first, "last": last},
        ).pl()
        store.register("computed_returns", compute_returns(prices, sessions))
        store.execute("create table if not exists market.returns as select * from computed_returns limit 0")
        store.execute(f"insert into market.returns by name select * from computed_returns where {made}")
        store.unregister("computed_returns")
    check_grain(store, "returns", ("ticker", "session"), "market.returns")


def _divide_firms(store: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """Yield the first and last of some firms, with about `PRICES_AT_ONCE` prices; once if there is none."""
    firms = store.execute(
        "select min(ticker), max(ticker) from ("
        "select ticker, (sum(count(*)) over (order by ticker) - 1) // $most as part"
        " from stg_prices group by ticker) group by part order by part",
        {"most": PRICES_AT_ONCE},
    ).fetchall()
    yield from firms or [("", "")]
