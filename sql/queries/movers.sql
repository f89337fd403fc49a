-- One row per ticker with posts in one session: its posts and mood, its usual ones, and the distance from these in
-- SD of its own history (see the mart firm_sessions), most posts first.
-- $window_name is pre_open, intraday or both.
-- grain: ticker
select
    ticker,
    n_posts,
    n_authors,
    coverage,
    n_before,
    n_before_whole,
    before_since,
    happy,
    sad,
    anger,
    fear,
    valence,
    usual_happy,
    usual_sad,
    usual_anger,
    usual_fear,
    usual_valence,
    usual_posts,
    z_happy,
    z_sad,
    z_anger,
    z_fear,
    z_valence,
    z_posts
from firm_sessions
where tagger = $tagger and window_name = $window_name and session = $session
order by n_posts desc, ticker
