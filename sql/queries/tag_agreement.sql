-- One row per author's tag and bin of valence's distance from 0 (tenths): the posts that carry the tag, and
-- those whose sign of valence agrees with it.
-- grain: sentiment, bin
select
    posts.sentiment,
    least(floor(abs(scores.valence) * 10)::integer, 9) as bin,
    avg(abs(scores.valence))::double as strength,
    count(*) as n_posts,
    count(*) filter (where if(posts.sentiment = 'Bullish', scores.valence > 0, scores.valence < 0)) as n_agree
from posts
inner join scores using (source, post_id)
where posts.sentiment in ('Bullish', 'Bearish') and scores.tagger = $tagger
group by all
order by posts.sentiment, bin
