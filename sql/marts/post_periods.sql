-- One row per period of the build: how many posts are placed in it, from when to when, and a hash of their records.
-- grain: period
with placed as (
    select
        count(*) as n_posts,
        min(available_at) as first_post_at,
        max(available_at) as last_post_at,
        coalesce(bool_or(source = 'simulated'), false) as simulated
    from posts
),

stored as (
    -- The hash of all periods is the exclusive or of theirs, whatever the order of posts.
    select bit_xor(md5_number(concat_ws('|', source, post_id, raw_hash))) as posts_hash
    from stored_posts
)

select
    $period::varchar as period,
    placed.n_posts,
    placed.first_post_at,       -- UTC
    placed.last_post_at,
    placed.simulated,
    stored.posts_hash
from placed
cross join stored
where placed.n_posts > 0
