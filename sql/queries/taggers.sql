-- One row per tagger whose emotions this version holds, with how many posts it scored.
-- grain: tagger
select
    tagger,
    count(*) as n_posts
from scores
group by tagger
order by tagger
