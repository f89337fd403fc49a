-- Posts whose text as it stands now has no score of this tagger and version.
-- grain: source, post_id
select
    source,
    post_id,
    body_hash,
    body
from raw_posts
anti join (
    select
        source,
        post_id,
        body_hash
    from post_scores
    where tagger = $tagger and tagger_version = $version
) as scored using (source, post_id, body_hash)
