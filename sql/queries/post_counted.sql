-- One row per ticker that a post names and measure: where the post counted, and what of the mean of its firm-day's
-- window it makes. `contribution` is its value over the number of posts; the contributions of a window's posts
-- sum to the mean. `share` is null where the mean is not positive, as that of valence may be.
-- grain: ticker, measure
with named as (
    -- Of the post itself: its ticker is not known, and by tickers a post is not found without reading all.
    select
        unnest(tickers) as ticker,
        session,
        session_no,
        window_name,
        available_at
    from posts
    where source = $source and post_id = $post_id
),

own as (
    select
        emotion,
        unnest(
            ['neutral', 'happy', 'sad', 'anger', 'disgust', 'surprise', 'fear', 'valence']
        ) as measure,
        unnest([neutral, happy, sad, anger, disgust, surprise, fear, valence]) as value
    from scores
    where tagger = $tagger and source = $source and post_id = $post_id
),

means as (
    select
        firm_emotions.ticker,
        firm_emotions.session,
        firm_emotions.window_name,
        firm_emotions.n_posts,
        unnest(
            ['neutral', 'happy', 'sad', 'anger', 'disgust', 'surprise', 'fear', 'valence']
        ) as measure,
        unnest([neutral, happy, sad, anger, disgust, surprise, fear, valence]) as mean
    from firm_emotions
    where
        firm_emotions.tagger = $tagger
        and (ticker, session, window_name) in (
            select (ticker, session, window_name)
            from named
        )
)

select
    named.ticker,
    named.session,
    named.session_no,
    named.window_name,
    named.available_at,             -- UTC
    own.emotion,
    own.measure,
    own.value,
    means.n_posts,
    means.mean,
    own.value / means.n_posts as contribution,
    if(means.mean > 0, own.value / means.n_posts / means.mean, null) as share
from named
cross join own
inner join means using (ticker, session, window_name, measure)
order by named.ticker, own.measure
