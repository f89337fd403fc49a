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

before_open as (
    select
        source,
        post_id,
        session,
        followers,
        len(tickers) as n_tickers,
        if(
            user_id is null,
            null,
            -- Posts of the same moment are not earlier: rank counts the strictly earlier ones.
            coalesce(known_authors.n_posts, 0)::bigint
            + rank() over (partition by source, user_id order by available_at) - 1
        ) as earlier_posts
    from posts
    left join known_authors using (source, user_id)
    qualify window_name = 'pre_open'
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

ranked as (
    select
        before_open.source,
        before_open.post_id,
        case
            when before_open.followers > medians.followers then 'much_followed'
            when before_open.followers <= medians.followers then 'little_followed'
        end as following,
        case
            when before_open.earlier_posts > medians.earlier_posts then 'experienced'
            when before_open.earlier_posts <= medians.earlier_posts then 'newcomer'
        end as experience,
        if(before_open.n_tickers = 1, 'single_ticker', null) as naming
    from before_open
    inner join medians using (session)
),

named as (
    select
        scored_posts.*,
        unnest(scored_posts.tickers) as ticker,
        [
            scored_posts.kind,
            scored_posts.originality,
            if(scored_posts.sentiment is null, 'untagged', 'tagged'),
            ranked.following,
            ranked.experience,
            ranked.naming
        ] as parts
    from scored_posts
    inner join ranked using (source, post_id)
    where scored_posts.window_name = 'pre_open'
),

parted as (
    select
        * exclude (parts),
        unnest(parts) as part
    from named
)

select
    parted.tagger,
    parted.ticker,
    parted.session,
    parted.part,
    window_coverage.coverage,       -- share of the window's time that was observed; null is unknown
    count(*) as n_posts,
    exact_mean(parted.neutral) as neutral,
    exact_mean(parted.happy) as happy,
    exact_mean(parted.sad) as sad,
    exact_mean(parted.anger) as anger,
    exact_mean(parted.disgust) as disgust,
    exact_mean(parted.surprise) as surprise,
    exact_mean(parted.fear) as fear,
    exact_mean(parted.valence) as valence
from parted
left join window_coverage
    on window_coverage.ticker = parted.ticker and window_coverage.session = parted.session
    and window_coverage.window_name = 'pre_open'
where parted.part is not null
group by all
order by tagger, ticker, session, part
