-- One row per ticker named in the last session up to $until: posts, authors and mood, most posts first.
-- `usual_posts` is the mean over the twenty sessions before, sessions without posts included, and those that
-- were not observed whole left out; null where none is left. `n_posts` are those that were seen.
-- $window_name is pre_open, intraday or both.
-- grain: ticker
with shown as (
    select *
    from firm_emotions
    where tagger = $tagger and $window_name in (window_name, 'both') and session <= $until
),

today as (
    select
        ticker,
        session,
        sum(n_posts)::bigint as n_posts,
        sum(n_posts * happy) / sum(n_posts) as happy,
        sum(n_posts * fear) / sum(n_posts) as fear,
        sum(n_posts * anger) / sum(n_posts) as anger,
        sum(n_posts * valence) / sum(n_posts) as valence
    from shown
    where session = (select max(session) from shown)
    group by ticker, session
),

authors as (
    select
        ticker,
        count(distinct user_id) as n_authors
    from post_tickers
    where session = (select max(session) from shown) and $window_name in (window_name, 'both')
    group by ticker
),

month as (
    select session
    from sessions
    where session < (select max(session) from shown)
    order by session desc
    limit 20
),

incomplete as (
    select distinct
        ticker,
        session
    from window_coverage
    where coverage < 1 and $window_name in (window_name, 'both') and session in (select session from month)
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
    from shown
    anti join incomplete using (ticker, session)
    where session in (select session from month)
    group by ticker
),

usual as (
    select
        today.ticker,
        coalesce(posted.n_posts, 0) / nullif((select count(*) from month) - coalesce(n_incomplete.n, 0), 0)
            as usual_posts
    from today
    left join posted using (ticker)
    left join n_incomplete using (ticker)
)

select
    today.ticker,
    today.session,
    today.n_posts,
    authors.n_authors,
    usual.usual_posts,
    today.happy,
    today.fear,
    today.anger,
    today.valence
from today
left join authors using (ticker)
left join usual using (ticker)
order by n_posts desc, ticker
limit 25
