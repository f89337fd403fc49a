-- One row per tagger and version of it, with how many posts it scored.
-- grain: tagger, tagger_version
select
    tagger,
    tagger_version,
    count(*) as n_posts
from scores
group by all
order by tagger, tagger_version
