-- One row per post that names the ticker, newest first, at most 2,000: text for display, and its emotion.
-- The text is cut after 500 characters, on one line, without control and direction marks (joiners and
-- variation selectors, which emoji need, stay). `original` is the post's page on StockTwits, made of a number
-- alone. $window_name may be both; $emotion, $kind, $originality and $tag may be any. $tag is the author's own
-- mark: Bullish, Bearish, none, or disagrees: its sign of valence is against the tag, as in contrary_posts.
-- grain: source, post_id
with listed as (
    select
        posts.session,
        posts.source,
        posts.post_id,
        scores.emotion,
        case scores.emotion
            when 'neutral' then scores.neutral
            when 'happy' then scores.happy
            when 'sad' then scores.sad
            when 'anger' then scores.anger
            when 'disgust' then scores.disgust
            when 'surprise' then scores.surprise
            when 'fear' then scores.fear
        end as probability,
        scores.valence,
        count(*) over () as n_matching
    from post_tickers
    inner join posts using (source, post_id)
    inner join scores using (source, post_id)
    where
        post_tickers.ticker = $ticker
        and post_tickers.session between $first and $last
        and scores.tagger = $tagger
        and $window_name in (posts.window_name, 'both')
        and $emotion in (scores.emotion, 'any')
        and $kind in (posts.kind, 'any')
        and $originality in (posts.originality, 'any')
        and scores.confidence >= $least
        and case $tag
            when 'any' then true
            when 'none' then posts.sentiment is null
            when 'disagrees' then
                posts.sentiment in ('Bullish', 'Bearish')
                and if(posts.sentiment = 'Bullish', scores.valence < 0, scores.valence > 0)
            else posts.sentiment = $tag
        end
        and posts.session between $first and $last
    order by posts.available_at desc, posts.source, posts.post_id
    limit 2000
)

-- Texts are read of the listed posts alone.
select
    posts.available_at,         -- UTC
    posts.time_known,
    posts.session,
    posts.window_name,
    regexp_replace(
        if(length(posts.body) > 500, left(posts.body, 500) || ' […]', posts.body),
        '[\x00-\x1F\x7F-\x9F\x{061C}\x{200E}\x{200F}\x{2028}-\x{202E}\x{2066}-\x{2069}]+',
        ' ',
        'g'
    ) as body,
    listed.emotion,
    listed.probability,
    listed.valence,
    posts.sentiment,
    posts.kind,
    posts.originality,
    posts.likes,
    if(
        posts.source = 'stocktwits' and regexp_full_match(posts.post_id, '[0-9]{1,18}'),
        'https://stocktwits.com/message/' || posts.post_id,
        null
    ) as original,
    posts.source,
    posts.post_id,
    listed.n_matching
from listed
inner join posts using (session, source, post_id)
order by posts.available_at desc, posts.source, posts.post_id
