-- One row per period of the build, tagger, author's tag and post whose sign of valence is against the tag: the
-- 500 strongest of each, for the page that shows the strongest of all.
-- grain: period, tagger, source, post_id
select
    $period::varchar as period,
    tagger,
    sentiment,
    source,
    post_id,
    session,          -- where its text is to be looked for
    valence,
    emotion,
    confidence
from scored_posts
where if(sentiment = 'Bullish', valence < 0, valence > 0)
and sentiment in ('Bullish', 'Bearish')
qualify row_number() over (
    partition by tagger, sentiment
    order by abs(valence) desc, source, post_id
) <= 500
order by tagger, sentiment, abs(valence) desc, source, post_id
