-- One row per period of the build, pair of taggers and pair of emotions: how many posts the one gave the one and
-- the other the other.
-- grain: period, tagger_a, tagger_b, emotion_a, emotion_b
select
    $period::varchar as period,
    a.tagger as tagger_a,
    b.tagger as tagger_b,
    a.emotion as emotion_a,
    b.emotion as emotion_b,
    count(*) as n_posts
from scores as a
inner join scores as b on a.source = b.source and a.post_id = b.post_id and a.tagger < b.tagger
group by all
order by tagger_a, tagger_b, emotion_a, emotion_b
