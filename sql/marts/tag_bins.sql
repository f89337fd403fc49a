-- One row per period of the build, tagger, author's tag and bin of valence's distance from 0 (tenths): posts that
-- carry the tag, those whose sign of valence agrees with it, and those whose sign is against it.
-- grain: period, tagger, sentiment, bin
select
    $period::varchar as period,
    tagger,
    sentiment,
    least(floor(abs(valence) * 10)::integer, 9) as bin,
    exact_mean(abs(valence)) as strength,
    count(*) as n_posts,
    count(*) filter (where if(sentiment = 'Bullish', valence > 0, valence < 0)) as n_agree,
    count(*) filter (where if(sentiment = 'Bullish', valence < 0, valence > 0)) as n_contrary
from scored_posts
where sentiment in ('Bullish', 'Bearish')
group by all
order by tagger, sentiment, bin
