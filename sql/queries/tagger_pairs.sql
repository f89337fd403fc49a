-- One row per pair of taggers and pair of emotions: how many posts the one gave the one and the other the
-- other. Of the posts, those whose hash leaves no rest by $every: 1 takes all, and the same ones are taken
-- on every run.
-- grain: tagger_a, tagger_b, emotion_a, emotion_b
with taken as (
    select
        tagger,
        source,
        post_id,
        emotion
    from scores
    where hash(source, post_id) % $every = 0
)

select
    a.tagger as tagger_a,
    b.tagger as tagger_b,
    a.emotion as emotion_a,
    b.emotion as emotion_b,
    count(*) as n_posts
from taken as a
inner join taken as b on a.source = b.source and a.post_id = b.post_id and a.tagger < b.tagger
group by all
order by tagger_a, tagger_b, emotion_a, emotion_b
