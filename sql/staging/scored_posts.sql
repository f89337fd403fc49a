-- One row per tagger and post of the period that is made: what the marts of posts are made of.
-- grain: tagger, source, post_id
select
    scores.tagger,
    posts.source,
    posts.post_id,
    posts.available_at,
    posts.session,
    posts.session_no,
    posts.window_name,
    posts.tickers,
    posts.sentiment,
    posts.user_id,
    posts.kind,
    posts.originality,
    scores.emotion,
    scores.neutral,
    scores.happy,
    scores.sad,
    scores.anger,
    scores.disgust,
    scores.surprise,
    scores.fear,
    scores.valence,
    scores.confidence
from posts
inner join scores using (source, post_id)
