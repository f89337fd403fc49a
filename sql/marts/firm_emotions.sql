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
    avg(scores.neutral) as neutral,
    avg(scores.happy) as happy,
    avg(scores.sad) as sad,
    avg(scores.anger) as anger,
    avg(scores.disgust) as disgust,
    avg(scores.surprise) as surprise,
    avg(scores.fear) as fear,
    avg(scores.valence) as valence,
    stddev_samp(scores.valence) as disagreement     -- null for a single post
from post_tickers
inner join scores using (source, post_id)
inner join posts using (source, post_id)
left join window_coverage
    on window_coverage.ticker = post_tickers.ticker and window_coverage.session = post_tickers.session
    and window_coverage.window_name = post_tickers.window_name
group by all
order by tagger, ticker, session, window_name
