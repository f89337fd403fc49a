-- One row per session of the exchange: posts over the whole market, beside the mean and SD over the twenty
-- sessions before it, and how much of it was observed. Sessions observed in part count in no mean; their `n_posts`
-- are those that were seen, and null where that is none. Null coverage is unknown, as it is of files.
-- $window_name is pre_open, intraday or both; the $n_sessions sessions up to $until are returned.
-- grain: session
with observed as (
    -- By itself, since a window without posts may yet have been unobserved.
    select
        session,
        min(coverage) as coverage,
        max(n_tickers) as n_followed,
        max(n_dead_tickers) as n_dead
    from market_coverage
    where $window_name in (window_name, 'both')
    group by session
),

posted as (
    select
        session,
        sum(n_posts)::bigint as n_posts
    from market_mood
    where tagger = $tagger and $window_name in (window_name, 'both') and session <= $until
    group by session
),

days as (
    select
        session,
        coverage,
        n_followed,
        n_dead,
        coalesce(n_posts, if(coverage < 1, null, 0)) as n_posts
    from sessions
    left join posted using (session)
    left join observed using (session)
    where session between (select min(session) from posted) and $until
),

months as (
    select
        *,
        avg(n_posts) filter (coverage is null or coverage = 1) over month as month_posts,
        stddev_samp(n_posts) filter (coverage is null or coverage = 1) over month as month_sd,
        count(n_posts) filter (coverage is null or coverage = 1) over month as month_sessions
    from days
    window month as (order by session rows between 20 preceding and 1 preceding)
)

select
    session,
    n_posts,
    coverage,                   -- share of the windows' time, the lesser of two, the mean over followed tickers
    n_followed,                 -- tickers that live sources follow
    n_dead,                     -- of these, with a source that gave nothing
    if(month_sessions >= 10, month_posts, null) as month_posts,
    if(month_sessions >= 10, month_sd, null) as month_sd
from months
order by session desc
limit $n_sessions
