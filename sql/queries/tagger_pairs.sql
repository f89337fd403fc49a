-- One row per pair of taggers and pair of emotions: how many posts the one gave the one and the other the other.
-- grain: tagger_a, tagger_b, emotion_a, emotion_b
select
    tagger_a,
    tagger_b,
    emotion_a,
    emotion_b,
    sum(n_posts)::bigint as n_posts
from tagger_pairs
group by all
order by tagger_a, tagger_b, emotion_a, emotion_b
