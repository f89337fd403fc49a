-- Posts that, as they stand now, have no description by this version of the rules.
-- grain: source, post_id
select
    posts.source,
    posts.post_id,
    posts.body_hash,
    posts.is_reshare,
    posts.body
from raw_posts as posts
anti join post_traits as traits
    on traits.source = posts.source
    and traits.post_id = posts.post_id
    and traits.body_hash = posts.body_hash
    and traits.is_reshare is not distinct from posts.is_reshare
    and traits.version = $version
