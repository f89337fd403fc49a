-- One row per true emotion and emotion that the tagger gave, over posts whose true emotion is known:
-- those that the simulated market wrote. Without them there is no row.
-- grain: true, tagged
select
    if(tagger_a = 'truth', emotion_a, emotion_b) as "true",
    if(tagger_a = 'truth', emotion_b, emotion_a) as tagged,
    sum(n_posts)::bigint as n
from tagger_pairs
where (tagger_a = 'truth' and tagger_b = $tagger) or (tagger_b = 'truth' and tagger_a = $tagger)
group by all
order by "true", tagged
