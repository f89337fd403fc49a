-- Firm-days of the panel whose number of posts is not the number of scored posts in the window. Where it is null
-- is for `unobserved_windows_are_not_counted` to say.
-- grain: tagger, ticker, session
with counted as (
    select
        scores.tagger,
        post_tickers.ticker,
        post_tickers.session,
        count(*) filter (post_tickers.window_name = 'pre_open') as pre_open_posts,
        count(*) filter (post_tickers.window_name = 'intraday') as intraday_posts
    from post_tickers
    inner join scores using (source, post_id)
    group by all
)

select
    panel.tagger,
    panel.ticker,
    panel.session
from panel
left join counted using (tagger, ticker, session)
where panel.pre_open_posts <> coalesce(counted.pre_open_posts, 0)
or panel.intraday_posts <> coalesce(counted.intraday_posts, 0)
or panel.pre_open_posts_seen is distinct from coalesce(counted.pre_open_posts, 0)
or panel.intraday_posts_seen is distinct from coalesce(counted.intraday_posts, 0)
