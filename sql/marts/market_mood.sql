-- One row per tagger, session and window: mean probability of each emotion over all posts that are stored.
-- grain: tagger, session, window_name
select
    scores.tagger,
    posts.session,
    posts.session_no,
    posts.window_name,
    market_coverage.coverage,       -- share of the window's time that tickers were observed; null is unknown
    count(*) as n_posts,
    count(distinct posts.user_id) as n_authors,
    avg(scores.neutral) as neutral,
    avg(scores.happy) as happy,
    avg(scores.sad) as sad,
    avg(scores.anger) as anger,
    avg(scores.disgust) as disgust,
    avg(scores.surprise) as surprise,
    avg(scores.fear) as fear,
    avg(scores.valence) as valence,
    stddev_samp(scores.valence) as disagreement     -- null for a single post
from posts
inner join scores using (source, post_id)
left join market_coverage
    on market_coverage.session = posts.session and market_coverage.window_name = posts.window_name
group by all
order by tagger, session, window_name
