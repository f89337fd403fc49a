-- One row per true emotion and emotion that the tagger gave, over posts whose true emotion is known:
-- those that the simulated market wrote. Without them there is no row.
-- grain: true, tagged
select
    truth.emotion as "true",
    tagged.emotion as tagged,
    count(*) as n
from scores as truth
inner join scores as tagged using (source, post_id)
where truth.tagger = 'truth' and tagged.tagger = $tagger
group by all
order by "true", tagged
