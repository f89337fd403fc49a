-- One row per tagger, ticker, session and window: mean probability of each emotion over the posts
-- that name the ticker. Days without posts have no row: silence is not calm.
-- `n_posts` are the posts that are stored: where `coverage` is below 1 there were more, or may have been.
-- grain: tagger, ticker, session, window_name
with named as (
    select
        *,
        unnest(tickers) as ticker
    from scored_posts
)

select
    named.tagger,
    named.ticker,
    named.session,
    named.session_no,
    named.window_name,
    window_coverage.coverage,           -- share of the window's time that was observed; null is unknown
    count(*) as n_posts,
    count(distinct named.user_id) as n_authors,
    -- Null where some of the posts were not described: unknown is not zero.
    if(count(named.kind) = count(*), count(*) filter (named.kind = 'finance'), null) as n_finance,
    if(count(named.kind) = count(*), count(*) filter (named.originality = 'passing_on'), null) as n_passing_on,
    -- By the most probable emotion.
    count(*) filter (named.emotion = 'neutral') as n_neutral,
    count(*) filter (named.emotion = 'happy') as n_happy,
    count(*) filter (named.emotion = 'sad') as n_sad,
    count(*) filter (named.emotion = 'anger') as n_anger,
    count(*) filter (named.emotion = 'disgust') as n_disgust,
    count(*) filter (named.emotion = 'surprise') as n_surprise,
    count(*) filter (named.emotion = 'fear') as n_fear,
    exact_mean(named.neutral) as neutral,
    exact_mean(named.happy) as happy,
    exact_mean(named.sad) as sad,
    exact_mean(named.anger) as anger,
    exact_mean(named.disgust) as disgust,
    exact_mean(named.surprise) as surprise,
    exact_mean(named.fear) as fear,
    exact_mean(named.valence) as valence,
    exact_sd(named.valence) as disagreement     -- null for a single post
from named
left join window_coverage
    on window_coverage.ticker = named.ticker and window_coverage.session = named.session
    and window_coverage.window_name = named.window_name
group by all
order by tagger, ticker, session, window_name
