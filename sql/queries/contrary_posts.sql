-- One row per post whose sign of valence is against its author's tag, the strongest first, at most 500: text
-- for display, cut and cleaned as in ticker_posts. $sentiment may be any.
-- grain: source, post_id
with contrary as (
    select *
    from contrary_scores
    where tagger = $tagger and $sentiment in (sentiment, 'any')
    order by abs(valence) desc, source, post_id
    limit 500
),

matching as (
    select coalesce(sum(n_contrary), 0)::bigint as n_matching
    from tag_bins
    where tagger = $tagger and $sentiment in (sentiment, 'any')
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
    matching.n_matching
from contrary
inner join posts using (session, source, post_id)
cross join matching
order by abs(contrary.valence) desc, posts.source, posts.post_id
