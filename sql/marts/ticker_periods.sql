-- One row per ticker that posts name and period of the build: how many posts, from when to when.
-- grain: ticker, period
select
    ticker,
    $period::varchar as period,
    count(*) as n_posts,
    min(available_at) as first_post_at,     -- UTC
    max(available_at) as last_post_at
from post_tickers
group by ticker
order by ticker
