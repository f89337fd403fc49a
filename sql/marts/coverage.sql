-- One row per ticker that posts name or prices cover: how much there is of each, and how fresh.
-- grain: ticker
with named as (
    select
        ticker,
        count(*) as n_posts,
        min(available_at) as first_post_at,
        max(available_at) as last_post_at
    from post_tickers
    group by ticker
),

priced as (
    select
        ticker,
        count(*) as n_prices,
        min(session) as first_price,
        max(session) as last_price
    from stg_prices
    group by ticker
),

gaps as (
    select
        ticker,
        count(*) as n_gaps
    from price_gaps
    group by ticker
)

select
    ticker,
    coalesce(named.n_posts, 0) as n_posts,
    named.first_post_at,
    named.last_post_at,
    coalesce(priced.n_prices, 0) as n_prices,
    priced.first_price,
    priced.last_price,
    coalesce(gaps.n_gaps, 0) as n_price_gaps
from named
full join priced using (ticker)
left join gaps using (ticker)
order by n_posts desc, ticker
