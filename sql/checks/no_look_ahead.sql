-- Posts that would be used before they existed, or that are placed outside their window.
-- Before the open of t a post must have been written; during t, before its close.
-- grain: source, post_id, ticker
select
    post_tickers.source,
    post_tickers.post_id,
    post_tickers.ticker,
    post_tickers.window_name,
    posts.available_at,
    sessions.open_at,
    sessions.close_at
from post_tickers
inner join posts using (source, post_id)
inner join sessions on sessions.session = post_tickers.session
where not case post_tickers.window_name
    when 'pre_open' then posts.available_at >= sessions.previous_close_at and posts.available_at < sessions.open_at
    when 'intraday' then posts.available_at >= sessions.open_at and posts.available_at < sessions.close_at
    else false
end
or posts.available_at < coalesce(posts.created_at, posts.created_on + interval 36 hour)
or (not posts.time_known and post_tickers.window_name <> 'pre_open')
