"""The relation `returns`: what `models.panel.returns` makes of prices, in the file of the version."""

from collections.abc import Sequence

import duckdb

from etl.warehouse.building.periods import Period
from etl.warehouse.checks import check_grain
from models.panel.returns import compute_returns


def make_returns(store: duckdb.DuckDBPyConnection, periods: Sequence[Period], *, anew: bool) -> None:
    """Make the rows of some periods.

    They are computed of all prices, since returns look back as far as prices go.

    Parameters
    ----------
    anew
        Whether no period has rows yet.
    """
    if not periods and not anew:
        return
    prices = store.sql("select * from stg_prices").pl()
    sessions = store.sql("select session, session_no from sessions order by session").pl()
    store.register("computed_returns", compute_returns(prices, sessions))
    if anew:
        store.execute("create table market.returns as select * from computed_returns")
    else:
        made = " or ".join(f"session between date '{p.first}' and date '{p.last}'" for p in periods)
        store.execute(f"delete from market.returns where {made}")
        store.execute(f"insert into market.returns by name select * from computed_returns where {made}")
    store.unregister("computed_returns")
    check_grain(store, "returns", ("ticker", "session"), "market.returns")
