-- One row per firm-day that is named, as a ticker and a session in the same place of two lists: the posts that were
-- seen in a window, $back sessions of the exchange before; null where that session has no price.
-- grain: ticker, session
with named as (
    select
        unnest($tickers::varchar[]) as ticker,
        unnest($sessions::date[]) as session
),

placed as (
    select
        named.ticker,
        named.session,
        sessions.session_no - $back as session_no
    from named
    inner join sessions using (session)
)

select
    placed.ticker,
    placed.session,
    if($window = 'pre_open', panel.pre_open_posts_seen, panel.intraday_posts_seen) as n_posts
from placed
left join panel
    on panel.tagger = $tagger and panel.ticker = placed.ticker and panel.session_no = placed.session_no
