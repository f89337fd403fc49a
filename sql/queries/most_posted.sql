-- One row per ticker named in a session: posts, authors and mood, most posts first, at most 25.
-- `usual_posts` is the mean over the twenty sessions before, sessions without posts included, and those that
-- were not observed whole left out; null where none is left. `n_posts` are those that were seen.
-- $window_name is pre_open, intraday or both.
-- grain: ticker
with today as (
    select *
    from firm_sessions
    where tagger = $tagger and window_name = $window_name
    and session = $session
    order by n_posts desc, ticker
    limit 25
),

month as (
    select session
    from sessions
    where session < $session
    order by session desc
    limit 20
),

incomplete as (
    select distinct
        ticker,
        session
    from window_coverage
    semi join today using (ticker)
    semi join month using (session)
    where coverage < 1 and $window_name in (window_name, 'both')
),

n_incomplete as (
    select
        ticker,
        count(*) as n
    from incomplete
    group by ticker
),

posted as (
    select
        ticker,
        sum(n_posts) as n_posts
    from firm_sessions
    inner join month using (session)
    semi join today using (ticker)
    anti join incomplete using (ticker, session)
    where tagger = $tagger and window_name = $window_name
    group by ticker
)

select
    today.ticker,
    today.session,
    today.n_posts,
    today.n_authors,
    coalesce(posted.n_posts, 0) / nullif((select count(*) from month) - coalesce(n_incomplete.n, 0), 0)
        as usual_posts,
    today.happy,
    today.fear,
    today.anger,
    today.valence
from today
left join posted using (ticker)
left join n_incomplete using (ticker)
order by n_posts desc, ticker
