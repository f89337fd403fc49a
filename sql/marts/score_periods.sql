-- One row per period of the build, tagger and version: how many posts it has scored, and a hash of its verdicts.
-- grain: period, tagger, tagger_version
select
    $period::varchar as period,
    tagger,
    tagger_version,
    count(*) as n_posts,
    bit_xor(md5_number(concat_ws('|', tagger, tagger_version, source, post_id, emotion))) as scores_hash
from scores
group by all
order by tagger, tagger_version
