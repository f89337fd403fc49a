-- One row per period of the build, pair of taggers and pair of emotions: how many posts the one gave the one and
-- the other the other.
-- grain: period, tagger_a, tagger_b, emotion_a, emotion_b
with taggers as (
    select distinct tagger
    from scored_posts
),

-- With one tagger there is none, and nothing more is read.
pairs as (
    select
        a.tagger as tagger_a,
        b.tagger as tagger_b
    from taggers as a
    inner join taggers as b on a.tagger < b.tagger
)

select
    $period::varchar as period,
    pairs.tagger_a,
    pairs.tagger_b,
    a.emotion as emotion_a,
    b.emotion as emotion_b,
    count(*) as n_posts
from pairs
inner join scored_posts as a on a.tagger = pairs.tagger_a
inner join scored_posts as b
    on b.tagger = pairs.tagger_b and b.source = a.source and b.post_id = a.post_id
group by all
order by tagger_a, tagger_b, emotion_a, emotion_b
