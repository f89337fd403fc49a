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
    exact_mean(scores.neutral) as neutral,
    exact_mean(scores.happy) as happy,
    exact_mean(scores.sad) as sad,
    exact_mean(scores.anger) as anger,
    exact_mean(scores.disgust) as disgust,
    exact_mean(scores.surprise) as surprise,
    exact_mean(scores.fear) as fear,
    exact_mean(scores.valence) as valence,
    exact_sd(scores.valence) as disagreement     -- null for a single post
from posts
inner join scores using (source, post_id)
left join market_coverage
    on market_coverage.session = posts.session and market_coverage.window_name = posts.window_name
group by all
order by tagger, session, window_name
