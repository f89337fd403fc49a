-- One row per tagger and version of it, with how many posts it scored.
-- grain: tagger, tagger_version
select
    tagger,
    tagger_version,
    sum(n_posts)::bigint as n_posts
from score_periods
group by all
order by tagger, tagger_version
