-- One row per ticker and session with a price and a post before the open: the panel of one tagger, and beside it
-- the emotions of each part of those posts (the mart firm_emotions_by_part), such as pre_open_fear_of_chat.
-- Emotions of a part without posts are null; counts are zero, or null where the window was not observed whole.
-- Firm-days without any post, which are most, are left out: no part of their posts can be read.
-- grain: tagger, ticker, session
with parts as (
    -- Its columns are named part__emotion.
    pivot (
        select *
        from firm_emotions_by_part
        where tagger = $tagger
    )
    on part in (
        'finance', 'chat', 'original', 'passing_on', 'tagged', 'untagged',
        'much_followed', 'little_followed', 'experienced', 'newcomer', 'single_ticker'
    )
    using
        sum(n_posts)::bigint as _posts,
        any_value(neutral) as _neutral,
        any_value(happy) as _happy,
        any_value(sad) as _sad,
        any_value(anger) as _anger,
        any_value(disgust) as _disgust,
        any_value(surprise) as _surprise,
        any_value(fear) as _fear,
        any_value(valence) as _valence
    group by ticker, session
)

select
    panel.*,
    if(pre_open_coverage < 1, null, coalesce(columns('^(\w+)__posts$'), 0)) as 'pre_open_posts_of_\1',
    if(pre_open_coverage < 1, null, ln(1 + coalesce(columns('^(\w+)__posts$'), 0))) as 'pre_open_log_posts_of_\1',
    columns('^(\w+)__(neutral|happy|sad|anger|disgust|surprise|fear|valence)$') as 'pre_open_\2_of_\1'
from panel
inner join parts using (ticker, session)
where panel.tagger = $tagger
order by panel.ticker, panel.session
