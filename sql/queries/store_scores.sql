-- One row per tagger and version: how many posts it has scored.
-- grain: tagger, tagger_version
select
    tagger,
    tagger_version,
    count(*) as n_posts
from stored_scores
group by tagger, tagger_version
order by tagger, tagger_version
