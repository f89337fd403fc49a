-- One row per tagger, ticker, session and window: mean probability of each emotion over the posts
-- that name the ticker. Days without posts have no row: silence is not calm.
-- `n_posts` are the posts that are stored: where `coverage` is below 1 there were more, or may have been.
-- grain: tagger, ticker, session, window_name
select
    scores.tagger,
    post_tickers.ticker,
    post_tickers.session,
    post_tickers.session_no,
    post_tickers.window_name,
    window_coverage.coverage,           -- share of the window's time that was observed; null is unknown
    count(*) as n_posts,
    count(distinct post_tickers.user_id) as n_authors,
    -- Null where some of the posts were not described: unknown is not zero.
    if(count(posts.kind) = count(*), count(*) filter (posts.kind = 'finance'), null) as n_finance,
    if(count(posts.kind) = count(*), count(*) filter (posts.originality = 'passing_on'), null) as n_passing_on,
    -- By the most probable emotion.
    count(*) filter (scores.emotion = 'neutral') as n_neutral,
    count(*) filter (scores.emotion = 'happy') as n_happy,
    count(*) filter (scores.emotion = 'sad') as n_sad,
    count(*) filter (scores.emotion = 'anger') as n_anger,
    count(*) filter (scores.emotion = 'disgust') as n_disgust,
    count(*) filter (scores.emotion = 'surprise') as n_surprise,
    count(*) filter (scores.emotion = 'fear') as n_fear,
    exact_mean(scores.neutral) as neutral,
    exact_mean(scores.happy) as happy,
    exact_mean(scores.sad) as sad,
    exact_mean(scores.anger) as anger,
    exact_mean(scores.disgust) as disgust,
    exact_mean(scores.surprise) as surprise,
    exact_mean(scores.fear) as fear,
    exact_mean(scores.valence) as valence,
    exact_sd(scores.valence) as disagreement     -- null for a single post
from post_tickers
inner join scores using (source, post_id)
inner join posts using (source, post_id)
left join window_coverage
    on window_coverage.ticker = post_tickers.ticker and window_coverage.session = post_tickers.session
    and window_coverage.window_name = post_tickers.window_name
group by all
order by tagger, ticker, session, window_name
