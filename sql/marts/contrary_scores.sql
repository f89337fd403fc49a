-- One row per period of the build, tagger, author's tag and post whose sign of valence is against the tag: the
-- 500 strongest of each, for the page that shows the strongest of all.
-- grain: period, tagger, source, post_id
select
    $period::varchar as period,
    scores.tagger,
    posts.sentiment,
    posts.source,
    posts.post_id,
    posts.session,          -- where its text is to be looked for
    scores.valence,
    scores.emotion,
    scores.confidence
from posts
inner join scores using (source, post_id)
where if(posts.sentiment = 'Bullish', scores.valence < 0, scores.valence > 0)
and posts.sentiment in ('Bullish', 'Bearish')
qualify row_number() over (
    partition by scores.tagger, posts.sentiment
    order by abs(scores.valence) desc, posts.source, posts.post_id
) <= 500
order by scores.tagger, posts.sentiment, abs(scores.valence) desc, posts.source, posts.post_id
