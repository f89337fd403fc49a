-- One row per ticker with sessions that lack a price, most gaps first.
-- grain: ticker
select
    ticker,
    n_price_gaps
from coverage
where n_price_gaps > 0
order by n_price_gaps desc, ticker
