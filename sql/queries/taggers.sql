-- One row per tagger whose emotions this version holds, with how many posts it scored.
-- grain: tagger
select
    tagger,
    sum(n_posts)::bigint as n_posts
from market_mood         -- a few rows a session: the scores themselves are one row a post
group by tagger
order by tagger
