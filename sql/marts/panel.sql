-- One row per tagger, ticker and session with a price: returns beside the emotions of its two windows
-- and of the session before. Emotions of a window without posts are null; counts are zero.
-- `models/panel/returns.py` defines what comes from prices.
-- grain: tagger, ticker, session
with taggers as (
    select distinct tagger
    from scores
)

select
    taggers.tagger,
    returns.ticker,
    returns.session,
    returns.session_no,
    returns.ret_oc,
    returns.ret_co,
    returns.ret_cc,
    returns.abs_ret_oc,
    returns.log_volume,
    returns.abnormal_volume,
    returns.rv_gk,
    returns.rv_parkinson,
    returns.rv_rs,
    returns.log_rv_gk,
    returns.log_rv_parkinson,
    returns.log_rv_rs,
    returns.close_lag1,
    returns.ret_oc_lag1,
    returns.ret_20,
    returns.vol_183,
    returns.abnormal_volume_lag1,
    returns.illiq,
    returns.log_rv_gk_day,
    returns.log_rv_gk_week,
    returns.log_rv_gk_month,
    returns.log_rv_parkinson_day,
    returns.log_rv_parkinson_week,
    returns.log_rv_parkinson_month,
    returns.log_rv_rs_day,
    returns.log_rv_rs_week,
    returns.log_rv_rs_month,
    returns.abs_ret_oc_day,
    returns.abs_ret_oc_week,
    returns.abs_ret_oc_month,
    point_in_time.short_interest,
    point_in_time.inst_own,
    point_in_time.shares_outstanding,
    point_in_time.log_mcap,
    halves.high_vol_183,
    halves.high_short_interest,
    halves.high_inst_own,
    halves.high_illiq,
    halves.high_log_mcap,
    coalesce(pre_open.n_posts, 0) as pre_open_posts,
    ln(1 + coalesce(pre_open.n_posts, 0)) as pre_open_log_posts,
    pre_open.neutral as pre_open_neutral,
    pre_open.happy as pre_open_happy,
    pre_open.sad as pre_open_sad,
    pre_open.anger as pre_open_anger,
    pre_open.disgust as pre_open_disgust,
    pre_open.surprise as pre_open_surprise,
    pre_open.fear as pre_open_fear,
    pre_open.valence as pre_open_valence,
    pre_open.disagreement as pre_open_disagreement,
    coalesce(pre_open.n_neutral, 0) as pre_open_n_neutral,
    coalesce(pre_open.n_happy, 0) as pre_open_n_happy,
    coalesce(pre_open.n_sad, 0) as pre_open_n_sad,
    coalesce(pre_open.n_anger, 0) as pre_open_n_anger,
    coalesce(pre_open.n_disgust, 0) as pre_open_n_disgust,
    coalesce(pre_open.n_surprise, 0) as pre_open_n_surprise,
    coalesce(pre_open.n_fear, 0) as pre_open_n_fear,
    coalesce(intraday.n_posts, 0) as intraday_posts,
    ln(1 + coalesce(intraday.n_posts, 0)) as intraday_log_posts,
    intraday.neutral as intraday_neutral,
    intraday.happy as intraday_happy,
    intraday.sad as intraday_sad,
    intraday.anger as intraday_anger,
    intraday.disgust as intraday_disgust,
    intraday.surprise as intraday_surprise,
    intraday.fear as intraday_fear,
    intraday.valence as intraday_valence,
    intraday.disagreement as intraday_disagreement,
    coalesce(intraday.n_neutral, 0) as intraday_n_neutral,
    coalesce(intraday.n_happy, 0) as intraday_n_happy,
    coalesce(intraday.n_sad, 0) as intraday_n_sad,
    coalesce(intraday.n_anger, 0) as intraday_n_anger,
    coalesce(intraday.n_disgust, 0) as intraday_n_disgust,
    coalesce(intraday.n_surprise, 0) as intraday_n_surprise,
    coalesce(intraday.n_fear, 0) as intraday_n_fear,
    coalesce(pre_open_before.n_posts, 0) as pre_open_posts_lag1,
    pre_open_before.neutral as pre_open_neutral_lag1,
    pre_open_before.happy as pre_open_happy_lag1,
    pre_open_before.sad as pre_open_sad_lag1,
    pre_open_before.anger as pre_open_anger_lag1,
    pre_open_before.disgust as pre_open_disgust_lag1,
    pre_open_before.surprise as pre_open_surprise_lag1,
    pre_open_before.fear as pre_open_fear_lag1,
    pre_open_before.valence as pre_open_valence_lag1,
    coalesce(intraday_before.n_posts, 0) as intraday_posts_lag1,
    intraday_before.neutral as intraday_neutral_lag1,
    intraday_before.happy as intraday_happy_lag1,
    intraday_before.sad as intraday_sad_lag1,
    intraday_before.anger as intraday_anger_lag1,
    intraday_before.disgust as intraday_disgust_lag1,
    intraday_before.surprise as intraday_surprise_lag1,
    intraday_before.fear as intraday_fear_lag1,
    intraday_before.valence as intraday_valence_lag1
from returns
cross join taggers
left join point_in_time using (ticker, session)
left join halves using (ticker, session)
left join firm_emotions as pre_open
    on pre_open.tagger = taggers.tagger and pre_open.ticker = returns.ticker
    and pre_open.session_no = returns.session_no and pre_open.window_name = 'pre_open'
left join firm_emotions as intraday
    on intraday.tagger = taggers.tagger and intraday.ticker = returns.ticker
    and intraday.session_no = returns.session_no and intraday.window_name = 'intraday'
left join firm_emotions as pre_open_before
    on pre_open_before.tagger = taggers.tagger and pre_open_before.ticker = returns.ticker
    and pre_open_before.session_no = returns.session_no - 1 and pre_open_before.window_name = 'pre_open'
left join firm_emotions as intraday_before
    on intraday_before.tagger = taggers.tagger and intraday_before.ticker = returns.ticker
    and intraday_before.session_no = returns.session_no - 1 and intraday_before.window_name = 'intraday'
order by tagger, ticker, session
