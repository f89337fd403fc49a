-- One row per post whose sign of valence is against its author's tag, the strongest first, at most 500: text
-- for display, cut and cleaned as in ticker_posts. $sentiment may be any.
-- grain: source, post_id
select
    posts.available_at,         -- UTC
    regexp_replace(
        if(length(posts.body) > 500, left(posts.body, 500) || ' […]', posts.body),
        '[\x00-\x1F\x7F-\x9F\x{061C}\x{200E}\x{200F}\x{2028}-\x{202E}\x{2066}-\x{2069}]+',
        ' ',
        'g'
    ) as body,
    posts.sentiment,
    scores.valence,
    scores.emotion,
    scores.confidence,
    list_aggregate(posts.tickers, 'string_agg', ', ') as tickers,
    posts.source,
    posts.post_id,
    count(*) over () as n_matching
from posts
inner join scores using (source, post_id)
where
    scores.tagger = $tagger
    and if(posts.sentiment = 'Bullish', scores.valence < 0, scores.valence > 0)
    and posts.sentiment in ('Bullish', 'Bearish')
    and $sentiment in (posts.sentiment, 'any')
order by abs(scores.valence) desc, posts.source, posts.post_id
limit 500
