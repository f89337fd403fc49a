-- One row per post whose original record was stored, or last replaced, before a moment, and is still there.
-- grain: source, post_id
select
    posts.source,
    posts.post_id
from raw_posts as posts
inner join loads using (load_id)
where posts.raw is not null and loads.loaded_at < $before
