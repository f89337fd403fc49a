-- One row per tagger, ticker and session with a price: returns beside the emotions of its two windows
-- and of the session before. Emotions of a window without posts are null; counts are zero.
-- grain: tagger, ticker, session
with taggers as (
    select distinct tagger
    from scores
),

windows as (
    select
        tagger,
        ticker,
        session_no,
        any_value(n_posts) filter (window_name = 'pre_open') as pre_open_posts,
        any_value(neutral) filter (window_name = 'pre_open') as pre_open_neutral,
        any_value(happy) filter (window_name = 'pre_open') as pre_open_happy,
        any_value(sad) filter (window_name = 'pre_open') as pre_open_sad,
        any_value(anger) filter (window_name = 'pre_open') as pre_open_anger,
        any_value(disgust) filter (window_name = 'pre_open') as pre_open_disgust,
        any_value(surprise) filter (window_name = 'pre_open') as pre_open_surprise,
        any_value(fear) filter (window_name = 'pre_open') as pre_open_fear,
        any_value(valence) filter (window_name = 'pre_open') as pre_open_valence,
        any_value(disagreement) filter (window_name = 'pre_open') as pre_open_disagreement,
        any_value(n_posts) filter (window_name = 'intraday') as intraday_posts,
        any_value(neutral) filter (window_name = 'intraday') as intraday_neutral,
        any_value(happy) filter (window_name = 'intraday') as intraday_happy,
        any_value(sad) filter (window_name = 'intraday') as intraday_sad,
        any_value(anger) filter (window_name = 'intraday') as intraday_anger,
        any_value(disgust) filter (window_name = 'intraday') as intraday_disgust,
        any_value(surprise) filter (window_name = 'intraday') as intraday_surprise,
        any_value(fear) filter (window_name = 'intraday') as intraday_fear,
        any_value(valence) filter (window_name = 'intraday') as intraday_valence,
        any_value(disagreement) filter (window_name = 'intraday') as intraday_disagreement
    from firm_emotions
    group by all
)

select
    taggers.tagger,
    returns.ticker,
    returns.session,
    returns.session_no,
    returns.ret_oc,
    returns.ret_co,
    returns.ret_cc,
    returns.ret_oc_lag1,
    returns.ret_20,
    returns.vol_183,
    coalesce(today.pre_open_posts, 0) as pre_open_posts,
    ln(1 + coalesce(today.pre_open_posts, 0)) as pre_open_log_posts,
    today.pre_open_neutral,
    today.pre_open_happy,
    today.pre_open_sad,
    today.pre_open_anger,
    today.pre_open_disgust,
    today.pre_open_surprise,
    today.pre_open_fear,
    today.pre_open_valence,
    today.pre_open_disagreement,
    coalesce(today.intraday_posts, 0) as intraday_posts,
    ln(1 + coalesce(today.intraday_posts, 0)) as intraday_log_posts,
    today.intraday_neutral,
    today.intraday_happy,
    today.intraday_sad,
    today.intraday_anger,
    today.intraday_disgust,
    today.intraday_surprise,
    today.intraday_fear,
    today.intraday_valence,
    today.intraday_disagreement,
    coalesce(before.pre_open_posts, 0) as pre_open_posts_lag1,
    before.pre_open_neutral as pre_open_neutral_lag1,
    before.pre_open_happy as pre_open_happy_lag1,
    before.pre_open_sad as pre_open_sad_lag1,
    before.pre_open_anger as pre_open_anger_lag1,
    before.pre_open_disgust as pre_open_disgust_lag1,
    before.pre_open_surprise as pre_open_surprise_lag1,
    before.pre_open_fear as pre_open_fear_lag1,
    before.pre_open_valence as pre_open_valence_lag1,
    coalesce(before.intraday_posts, 0) as intraday_posts_lag1,
    before.intraday_neutral as intraday_neutral_lag1,
    before.intraday_happy as intraday_happy_lag1,
    before.intraday_sad as intraday_sad_lag1,
    before.intraday_anger as intraday_anger_lag1,
    before.intraday_disgust as intraday_disgust_lag1,
    before.intraday_surprise as intraday_surprise_lag1,
    before.intraday_fear as intraday_fear_lag1,
    before.intraday_valence as intraday_valence_lag1
from returns
cross join taggers
left join windows as today
    on today.tagger = taggers.tagger and today.ticker = returns.ticker and today.session_no = returns.session_no
left join windows as before
    on before.tagger = taggers.tagger and before.ticker = returns.ticker and before.session_no = returns.session_no - 1
order by tagger, ticker, session
