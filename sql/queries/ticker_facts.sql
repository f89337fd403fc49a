-- One row, or none without prices: what was known of the firm before the last priced session up to $until.
-- grain: ticker
select
    ticker,
    session,
    exp(log_mcap) as market_value,      -- at the close of the session before, as printed
    short_interest,                     -- share of the float, else of the shares outstanding
    inst_own,                           -- share of the shares outstanding
    shares_outstanding
from point_in_time
where ticker = $ticker and session <= $until
order by session desc
limit 1
