-- Posts of the store that are in no session.
-- grain: source, post_id
select
    stg_posts.source,
    stg_posts.post_id,
    stg_posts.available_at
from stg_posts
anti join posts using (source, post_id)
