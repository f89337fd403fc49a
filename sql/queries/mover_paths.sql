-- One row per ticker of $tickers: posts and moods of its last 21 sessions with posts from $since up to $session,
-- as lists, oldest first. Sessions without posts are left out: silence is not calm.
-- $window_name is pre_open, intraday or both.
-- grain: ticker
with latest as (
    select *
    from firm_sessions
    where tagger = $tagger and window_name = $window_name and session between $since and $session
    and ticker in (select unnest($tickers))
    qualify row_number() over (partition by ticker order by session desc) <= 21
)

select
    ticker,
    list(n_posts order by session) as posts,
    list(happy order by session) as happy,
    list(sad order by session) as sad,
    list(anger order by session) as anger,
    list(fear order by session) as fear,
    list(valence order by session) as valence
from latest
group by ticker
order by ticker
