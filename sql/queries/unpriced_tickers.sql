-- One row per ticker that posts name and no price covers, most posts first.
-- grain: ticker
select
    ticker,
    n_posts
from coverage
where n_posts > 0 and n_prices = 0
order by n_posts desc, ticker
