-- One row per post: its traits, as the post stands now.
-- grain: source, post_id
select
    traits.source,
    traits.post_id,
    traits.kind,
    traits.originality,
    traits.english
from stored_traits as traits
inner join stored_posts as posts using (source, post_id)
where traits.body_hash = posts.body_hash
and traits.is_reshare is not distinct from posts.is_reshare
