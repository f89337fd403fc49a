-- A row where the posts in sessions are not as many as those of the store: some are in none, or in two.
-- grain: n_stored, n_placed
with stored as (
    select
        (select count(*) from raw_posts)
        + (select coalesce(sum(n_posts), 0) from segments)
        - (select count(*) from replaced_posts) as n_stored
),

placed as (
    select coalesce(sum(n_posts), 0) as n_placed
    from post_periods
)

select
    n_stored,
    n_placed
from stored
cross join placed
where n_stored <> n_placed
