-- One row per ticker that posts name or prices cover, most posts first.
-- grain: ticker
select *
from coverage
order by n_posts desc, ticker
