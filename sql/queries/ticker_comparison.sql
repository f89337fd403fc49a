-- One row per ticker of $tickers and session of the exchange from $first to $last: its price, the valence of
-- its posts and their number, and both over five sessions: that one and the four before it, each post counting
-- alike. Sessions without a price or without posts stay, with nulls. Of a session that was not observed whole
-- `n_posts` are those that were seen, and null where that is none.
-- $window_name is pre_open, intraday or both.
-- grain: ticker, session
with compared as (
    select unnest($tickers::varchar[]) as ticker
),

shown as (
    select session
    from sessions
    where
        session <= $last
        and session_no >= (select min(session_no) from sessions where session >= $first) - 4
),

mood as (
    select
        ticker,
        session,
        sum(n_posts)::bigint as n_posts,
        sum(n_posts * valence) / sum(n_posts) as valence
    from firm_emotions
    where
        tagger = $tagger
        and list_contains($tickers::varchar[], ticker)
        and $window_name in (window_name, 'both')
        and session in (select session from shown)
    group by ticker, session
),

observed as (
    select
        ticker,
        session,
        min(coverage) as coverage
    from window_coverage
    where
        list_contains($tickers::varchar[], ticker)
        and $window_name in (window_name, 'both')
        and session between $first and $last
    group by ticker, session
),

prices as (
    select
        ticker,
        session,
        adj_close
    from returns
    where list_contains($tickers::varchar[], ticker) and session between $first and $last
)

select
    compared.ticker,
    shown.session,
    prices.adj_close,           -- adjusted for splits and dividends
    mood.valence,
    coalesce(mood.n_posts, if(observed.coverage < 1, null, 0)) as n_posts,
    sum(mood.n_posts * mood.valence) over week / sum(mood.n_posts) over week as valence_week,
    coalesce(sum(mood.n_posts) over week, 0)::bigint as posts_week,
    observed.coverage           -- share of the windows' time, the lesser of two; null is unknown
from compared
cross join shown
left join prices using (ticker, session)
left join mood using (ticker, session)
left join observed using (ticker, session)
window week as (partition by compared.ticker order by shown.session rows between 4 preceding and current row)
qualify shown.session >= $first
order by list_position($tickers::varchar[], ticker), session
