-- One row per post and ticker that it names: which firm-day it counts in.
-- grain: source, post_id, ticker
select
    unnest(tickers) as ticker,
    session,
    session_no,
    window_name,
    available_at,
    source,
    post_id,
    user_id
from posts
order by ticker, available_at, source, post_id
