-- One row: the whole text of a post, when and of what it speaks, its emotion, and which version of the tagger
-- named it.
-- grain: source, post_id
select
    posts.source,
    posts.post_id,
    posts.body,
    posts.available_at,         -- UTC
    posts.time_known,
    posts.tickers,
    posts.sentiment,
    scores.emotion,
    scores.tagger_version
from posts
inner join scores using (source, post_id)
where
    posts.source = $source
    and posts.post_id = $post_id
    and scores.tagger = $tagger
