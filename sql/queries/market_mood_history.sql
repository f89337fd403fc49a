-- One row per session and measure (the seven emotions and valence): the mean over all posts of the
-- window, beside its mean and SD over the twenty sessions with posts before that one (its month).
-- `n_posts` are those that were seen: more than these where `coverage` is below 1.
-- `z` is the distance from the month in SD; null with fewer than ten sessions or no variation.
-- $window_name is pre_open, intraday or both; $until ends the history; $n_sessions are returned.
-- grain: session, measure
with observed as (
    -- By itself, since a window without posts has no mood and may yet have been unobserved.
    select
        session,
        min(coverage) as coverage
    from market_coverage
    where $window_name in (window_name, 'both')
    group by session
),

daily as (
    select
        session,
        sum(n_posts)::bigint as n_posts,
        sum(n_posts * neutral) / sum(n_posts) as neutral,
        sum(n_posts * happy) / sum(n_posts) as happy,
        sum(n_posts * sad) / sum(n_posts) as sad,
        sum(n_posts * anger) / sum(n_posts) as anger,
        sum(n_posts * disgust) / sum(n_posts) as disgust,
        sum(n_posts * surprise) / sum(n_posts) as surprise,
        sum(n_posts * fear) / sum(n_posts) as fear,
        sum(n_posts * valence) / sum(n_posts) as valence
    from market_mood
    where tagger = $tagger and $window_name in (window_name, 'both') and session <= $until
    group by session
),

measures as (
    unpivot daily
    on neutral, happy, sad, anger, disgust, surprise, fear, valence
    into name measure value share
),

months as (
    select
        *,
        avg(n_posts) filter (coverage is null or coverage = 1) over month as month_posts,
        avg(share) over month as month_mean,
        stddev_samp(share) over month as month_sd,
        count(*) over month as month_sessions
    from measures
    left join observed using (session)
    window month as (partition by measure order by session rows between 20 preceding and 1 preceding)
)

select
    session,
    measure,
    coverage,                   -- share of the windows' time, the lesser of two; null is unknown
    n_posts,
    month_posts,                -- mean posts a session over the month, of sessions observed whole
    share,
    month_mean,
    month_sd,
    month_sessions,
    -- A constant series has an SD of rounding errors, not of nothing.
    if(month_sessions >= 10 and month_sd > 1e-9, (share - month_mean) / month_sd, null) as z
from months
qualify dense_rank() over (order by session desc) <= $n_sessions
order by session, measure
