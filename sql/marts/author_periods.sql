-- One row per author and period of the build: how many posts they wrote in it.
-- grain: source, user_id, period
select
    source,
    user_id,
    $period::varchar as period,
    count(*) as n_posts
from posts
where user_id is not null
group by source, user_id
order by source, user_id
