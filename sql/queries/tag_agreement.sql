-- One row per author's tag and bin of valence's distance from 0 (tenths): the posts that carry the tag, and
-- those whose sign of valence agrees with it.
-- grain: sentiment, bin
select
    sentiment,
    bin,
    sum(strength * n_posts) / sum(n_posts) as strength,
    sum(n_posts)::bigint as n_posts,
    sum(n_agree)::bigint as n_agree
from tag_bins
where tagger = $tagger
group by sentiment, bin
order by sentiment, bin
