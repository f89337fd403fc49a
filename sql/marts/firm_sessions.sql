-- One row per tagger, ticker, session and window (pre_open, intraday, and both together) with posts: posts,
-- authors, mean probability of each emotion, and how far these are from the ticker's own history.
-- Its history are the twenty sessions with posts in that window before this one. `usual_` is their mean, `z_` the
-- distance from it in their SD; null with fewer than ten sessions or no variation. Of posts both are of ln(posts),
-- over the sessions of the history that were not observed in part; null for a session that was.
-- grain: tagger, ticker, session, window_name
with observed as (
    -- A window without posts may yet have been unobserved.
    select
        ticker,
        session,
        min(coverage) as coverage
    from window_coverage
    group by all
),

windows as (
    select
        tagger, ticker, session, session_no, window_name, coverage, n_posts, n_authors,
        neutral, happy, sad, anger, disgust, surprise, fear, valence
    from firm_emotions

    union all by name

    select
        tagger,
        ticker,
        session,
        session_no,
        'both' as window_name,
        any_value(observed.coverage) as coverage,
        sum(n_posts) as n_posts,
        any_value(firm_authors.n_authors) as n_authors,
        sum(n_posts * neutral) / sum(n_posts) as neutral,
        sum(n_posts * happy) / sum(n_posts) as happy,
        sum(n_posts * sad) / sum(n_posts) as sad,
        sum(n_posts * anger) / sum(n_posts) as anger,
        sum(n_posts * disgust) / sum(n_posts) as disgust,
        sum(n_posts * surprise) / sum(n_posts) as surprise,
        sum(n_posts * fear) / sum(n_posts) as fear,
        sum(n_posts * valence) / sum(n_posts) as valence
    from firm_emotions
    inner join firm_authors using (tagger, ticker, session)
    left join observed using (ticker, session)
    group by tagger, ticker, session, session_no
),

counted as (
    select
        *,
        if(coverage < 1, null, ln(n_posts)) as log_posts
    from windows
),

histories as (
    select
        *,
        count(*) over history as n_before,
        count(log_posts) over history as n_before_whole,
        min(session) over history as before_since,
        avg(happy) over history as mean_happy,
        avg(sad) over history as mean_sad,
        avg(anger) over history as mean_anger,
        avg(fear) over history as mean_fear,
        avg(valence) over history as mean_valence,
        avg(log_posts) over history as mean_log_posts,
        stddev_samp(happy) over history as sd_happy,
        stddev_samp(sad) over history as sd_sad,
        stddev_samp(anger) over history as sd_anger,
        stddev_samp(fear) over history as sd_fear,
        stddev_samp(valence) over history as sd_valence,
        stddev_samp(log_posts) over history as sd_log_posts
    from counted
    window history as (
        partition by tagger, ticker, window_name order by session rows between 20 preceding and 1 preceding
    )
)

-- Half the width of the panel's numbers: these are looked at, not estimated on.
select
    tagger,
    ticker,
    session,
    session_no,
    window_name,
    coverage::real as coverage,             -- share of the windows' time, the lesser of two; null is unknown
    n_posts::integer as n_posts,
    n_authors::integer as n_authors,
    neutral::real as neutral,
    happy::real as happy,
    sad::real as sad,
    anger::real as anger,
    disgust::real as disgust,
    surprise::real as surprise,
    fear::real as fear,
    valence::real as valence,
    n_before::utinyint as n_before,                     -- sessions of the history
    n_before_whole::utinyint as n_before_whole,         -- of them, those not known to be observed in part
    before_since,                                       -- the first of them
    if(n_before >= 10, mean_happy, null)::real as usual_happy,
    if(n_before >= 10, mean_sad, null)::real as usual_sad,
    if(n_before >= 10, mean_anger, null)::real as usual_anger,
    if(n_before >= 10, mean_fear, null)::real as usual_fear,
    if(n_before >= 10, mean_valence, null)::real as usual_valence,
    if(n_before_whole >= 10, exp(mean_log_posts), null)::real as usual_posts,
    -- A constant series has an SD of rounding errors, not of nothing.
    if(n_before >= 10 and sd_happy > 1e-9, (happy - mean_happy) / sd_happy, null)::real as z_happy,
    if(n_before >= 10 and sd_sad > 1e-9, (sad - mean_sad) / sd_sad, null)::real as z_sad,
    if(n_before >= 10 and sd_anger > 1e-9, (anger - mean_anger) / sd_anger, null)::real as z_anger,
    if(n_before >= 10 and sd_fear > 1e-9, (fear - mean_fear) / sd_fear, null)::real as z_fear,
    if(n_before >= 10 and sd_valence > 1e-9, (valence - mean_valence) / sd_valence, null)::real as z_valence,
    if(n_before_whole >= 10 and sd_log_posts > 1e-9, (log_posts - mean_log_posts) / sd_log_posts, null)::real
        as z_posts
from histories
-- By session, so that a question about one or some reads few rows.
order by tagger, window_name, session, ticker
