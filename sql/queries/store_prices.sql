-- One row: how many prices the store holds and how fresh they are.
-- grain: n_prices
select
    count(*) as n_prices,
    count(distinct ticker) as n_tickers,
    min(date) as first_price,
    max(date) as last_price
from raw_prices
