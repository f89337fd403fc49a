-- One row per ticker with sessions that lack a price between its first and its last, most gaps first.
-- grain: ticker
with gaps as (
    select
        ticker,
        count(*) as n_gaps,
        min(session) as first_gap,
        max(session) as last_gap
    from price_gaps
    group by ticker
)

select
    ticker,
    gaps.n_gaps,
    gaps.n_gaps / (gaps.n_gaps + coverage.n_prices) as share,       -- of the sessions between
    gaps.first_gap,
    gaps.last_gap,
    coverage.n_prices,
    coverage.first_price,
    coverage.last_price
from gaps
inner join coverage using (ticker)
order by gaps.n_gaps desc, ticker
