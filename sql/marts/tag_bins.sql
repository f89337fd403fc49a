-- One row per period of the build, tagger, author's tag and bin of valence's distance from 0 (tenths): posts that
-- carry the tag, those whose sign of valence agrees with it, and those whose sign is against it.
-- grain: period, tagger, sentiment, bin
select
    $period::varchar as period,
    scores.tagger,
    posts.sentiment,
    least(floor(abs(scores.valence) * 10)::integer, 9) as bin,
    exact_mean(abs(scores.valence)) as strength,
    count(*) as n_posts,
    count(*) filter (where if(posts.sentiment = 'Bullish', scores.valence > 0, scores.valence < 0)) as n_agree,
    count(*) filter (where if(posts.sentiment = 'Bullish', scores.valence < 0, scores.valence > 0)) as n_contrary
from posts
inner join scores using (source, post_id)
where posts.sentiment in ('Bullish', 'Bearish')
group by all
order by scores.tagger, posts.sentiment, bin
