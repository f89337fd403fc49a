-- One row per session of the exchange and ticker, for the $n_symbols tickers with the most posts over the
-- $n_sessions sessions up to $until: the mood of each. Where nobody posted the moods are null, and `n_posts` is 0,
-- or null where the session was not observed whole: there may have been posts.
-- $window_name is pre_open, intraday or both.
-- grain: ticker, session
with shown as (
    select session
    from sessions
    where session <= $until
    and session >= (select min(session) from market_mood where tagger = $tagger)
    order by session desc
    limit $n_sessions
),

moods as (
    select firm_sessions.*
    from firm_sessions
    inner join shown using (session)        -- a join lets DuckDB skip the other sessions
    where tagger = $tagger and window_name = $window_name
),

most_posted as (
    select
        ticker,
        sum(n_posts) as n_posts_in_all,
        row_number() over (order by sum(n_posts) desc, ticker) as place
    from moods
    group by ticker
    order by place
    limit $n_symbols
),

observed as (
    select
        ticker,
        session,
        min(coverage) as coverage
    from window_coverage
    semi join most_posted using (ticker)
    semi join shown using (session)
    where $window_name in (window_name, 'both')
    group by all
)

select
    most_posted.place,
    most_posted.ticker,
    most_posted.n_posts_in_all::bigint as n_posts_in_all,
    shown.session,
    observed.coverage,          -- share of the windows' time, the lesser of two; null is unknown
    coalesce(moods.n_posts, if(observed.coverage < 1, null, 0)) as n_posts,
    coalesce(moods.n_authors, 0) as n_authors,
    moods.neutral,
    moods.happy,
    moods.sad,
    moods.anger,
    moods.disgust,
    moods.surprise,
    moods.fear,
    moods.valence
from most_posted
cross join shown
left join moods using (ticker, session)
left join observed using (ticker, session)
order by place, session
