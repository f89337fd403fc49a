-- One row per tagger and post: the probability of each emotion.
-- grain: tagger, source, post_id
select
    tagger,
    tagger_version,
    source,
    post_id,
    emotion,
    neutral,
    happy,
    sad,
    anger,
    disgust,
    surprise,
    fear,
    valence,
    confidence
from stg_scores
order by tagger, source, post_id
