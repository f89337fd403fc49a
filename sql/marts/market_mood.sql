-- One row per tagger, session and window: mean probability of each emotion over all posts that are stored.
-- grain: tagger, session, window_name
select
    scored_posts.tagger,
    scored_posts.session,
    scored_posts.session_no,
    scored_posts.window_name,
    market_coverage.coverage,       -- share of the window's time that tickers were observed; null is unknown
    count(*) as n_posts,
    count(distinct scored_posts.user_id) as n_authors,
    exact_mean(scored_posts.neutral) as neutral,
    exact_mean(scored_posts.happy) as happy,
    exact_mean(scored_posts.sad) as sad,
    exact_mean(scored_posts.anger) as anger,
    exact_mean(scored_posts.disgust) as disgust,
    exact_mean(scored_posts.surprise) as surprise,
    exact_mean(scored_posts.fear) as fear,
    exact_mean(scored_posts.valence) as valence,
    exact_sd(scored_posts.valence) as disagreement     -- null for a single post
from scored_posts
left join market_coverage
    on market_coverage.session = scored_posts.session and market_coverage.window_name = scored_posts.window_name
group by all
order by tagger, session, window_name
