-- One row per session of the exchange in the ticker's life, oldest first: prices and the mood of its posts.
-- Sessions without a price or without posts stay, with nulls: a gap is seen, never filled. Of a session that was
-- not observed whole `n_posts` are those that were seen, and null where that is none: it may have had some.
-- `valence_z` is the distance from the mean over the twenty sessions with posts before it, in their SD.
-- $window_name is pre_open, intraday or both; the $n_sessions sessions up to $until are returned.
-- grain: session
with life as (
    select least(first_price, first_post_at::date) as first_session     -- least() skips nulls
    from coverage
    where ticker = $ticker
),

shown as (
    select session
    from sessions
    where session <= $until and session >= (select first_session from life)
    order by session desc
    limit $n_sessions
),

observed as (
    select
        session,
        min(coverage) as coverage
    from window_coverage
    where ticker = $ticker and $window_name in (window_name, 'both')
    group by session
),

mood as (
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
    from firm_emotions
    where tagger = $tagger and ticker = $ticker and $window_name in (window_name, 'both')
    group by session
),

months as (
    select
        *,
        avg(n_posts) filter (coverage is null or coverage = 1) over month as month_posts,
        avg(valence) over month as month_mean,
        stddev_samp(valence) over month as month_sd,
        count(*) over month as month_sessions
    from mood
    left join observed using (session)
    window month as (order by session rows between 20 preceding and 1 preceding)
),

prices as (
    select
        session,
        open,
        high,
        low,
        close,
        ret_oc,
        ret_cc
    from returns
    where ticker = $ticker
)

select
    shown.session,
    prices.open,
    prices.high,
    prices.low,
    prices.close,
    prices.ret_oc,
    prices.ret_cc,
    observed.coverage,          -- share of the windows' time, the lesser of two; null is unknown
    coalesce(months.n_posts, if(observed.coverage < 1, null, 0)) as n_posts,
    months.month_posts,
    months.neutral,
    months.happy,
    months.sad,
    months.anger,
    months.disgust,
    months.surprise,
    months.fear,
    months.valence,
    -- A constant series has an SD of rounding errors, not of nothing.
    if(month_sessions >= 10 and month_sd > 1e-9, (valence - month_mean) / month_sd, null) as valence_z
from shown
left join prices using (session)
left join months using (session)
left join observed using (session)
order by session
