-- One row per tagger, ticker, session and part of the posts before the open: mean probability of each
-- emotion over the posts of that part that name the ticker. A post belongs to several parts.
-- finance, chat, original, passing_on: what the post is; none of them where it was not described.
-- tagged, untagged: whether the author marked it Bullish or Bearish.
-- much_followed, little_followed: the author's followers, as stored with the post, above the median of the
-- posts before that open whose number is known, or not above it.
-- experienced, newcomer: the author's earlier posts in the warehouse, likewise; known authors only.
-- single_ticker: the post names no other ticker.
-- grain: tagger, ticker, session, part
with known_authors as (
    select
        author_periods.source,
        author_periods.user_id,
        sum(author_periods.n_posts) as n_posts
    from author_periods
    semi join posts using (source, user_id)
    where author_periods.period < $period
    group by all
),

authors as (
    select
        posts.source,
        posts.post_id,
        coalesce(known_authors.n_posts, 0)::bigint
        -- Posts of the same moment are not earlier: rank counts the strictly earlier ones.
        + rank() over (partition by posts.source, posts.user_id order by posts.available_at) - 1 as earlier_posts
    from posts
    left join known_authors using (source, user_id)
    where posts.user_id is not null
),

before_open as (
    select
        posts.source,
        posts.post_id,
        posts.session,
        posts.kind,
        posts.originality,
        posts.sentiment,
        posts.followers,
        authors.earlier_posts,
        len(posts.tickers) as n_tickers
    from posts
    left join authors using (source, post_id)
    where posts.window_name = 'pre_open'
),

medians as (
    -- Over this window alone: posts after the open would tell of the session itself.
    select
        session,
        median(followers) as followers,
        median(earlier_posts) as earlier_posts
    from before_open
    group by session
),

parts as (
    select
        source,
        post_id,
        unnest([
            kind,
            originality,
            if(sentiment is null, 'untagged', 'tagged'),
            case
                when before_open.followers > medians.followers then 'much_followed'
                when before_open.followers <= medians.followers then 'little_followed'
            end,
            case
                when before_open.earlier_posts > medians.earlier_posts then 'experienced'
                when before_open.earlier_posts <= medians.earlier_posts then 'newcomer'
            end,
            if(n_tickers = 1, 'single_ticker', null)
        ]) as part
    from before_open
    inner join medians using (session)
)

select
    scores.tagger,
    post_tickers.ticker,
    post_tickers.session,
    parts.part,
    window_coverage.coverage,       -- share of the window's time that was observed; null is unknown
    count(*) as n_posts,
    exact_mean(scores.neutral) as neutral,
    exact_mean(scores.happy) as happy,
    exact_mean(scores.sad) as sad,
    exact_mean(scores.anger) as anger,
    exact_mean(scores.disgust) as disgust,
    exact_mean(scores.surprise) as surprise,
    exact_mean(scores.fear) as fear,
    exact_mean(scores.valence) as valence
from post_tickers
inner join parts using (source, post_id)
inner join scores using (source, post_id)
left join window_coverage
    on window_coverage.ticker = post_tickers.ticker and window_coverage.session = post_tickers.session
    and window_coverage.window_name = 'pre_open'
where parts.part is not null
group by all
order by tagger, ticker, session, part
