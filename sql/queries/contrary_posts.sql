-- One row per post whose sign of valence is against its author's tag, the strongest first, at most 500: text
-- for display, cut and cleaned as in ticker_posts. $sentiment may be any.
-- grain: source, post_id
with contrary as (
    select
        source,
        post_id,
        scores.valence,
        scores.emotion,
        scores.confidence,
        count(*) over () as n_matching
    from posts
    inner join scores using (source, post_id)
    where
        scores.tagger = $tagger
        and posts.sentiment in ('Bullish', 'Bearish')
        and $sentiment in (posts.sentiment, 'any')
        and if(posts.sentiment = 'Bullish', scores.valence < 0, scores.valence > 0)
    order by abs(scores.valence) desc, source, post_id
    limit 500
)

-- Texts are read of the listed posts alone.
select
    posts.available_at,         -- UTC
    regexp_replace(
        if(length(posts.body) > 500, left(posts.body, 500) || ' […]', posts.body),
        '[\x00-\x1F\x7F-\x9F\x{061C}\x{200E}\x{200F}\x{2028}-\x{202E}\x{2066}-\x{2069}]+',
        ' ',
        'g'
    ) as body,
    posts.sentiment,
    contrary.valence,
    contrary.emotion,
    contrary.confidence,
    list_aggregate(posts.tickers, 'string_agg', ', ') as tickers,
    posts.source,
    posts.post_id,
    contrary.n_matching
from contrary
inner join posts using (source, post_id)
order by abs(contrary.valence) desc, posts.source, posts.post_id
