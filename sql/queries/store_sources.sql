-- One row per source: how many posts the store holds and how fresh they are.
-- grain: source
select
    source,
    count(*) as n_posts,
    count(*) filter (created_at is null) as n_without_time,
    min(coalesce(created_at, created_on)) as first_post_at,     -- UTC
    max(coalesce(created_at, created_on)) as last_post_at       -- UTC
from stored_posts
group by source
order by source
