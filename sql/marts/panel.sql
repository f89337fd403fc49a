-- One row per tagger, ticker and session with a price: returns beside the emotions of its two windows
-- and of the session before. Emotions of a window without posts are null; counts are zero, or null where the
-- window was not observed whole (`window_coverage`): an undercount is no count, and a dead source no calm.
-- There, `_posts_seen`, the posts that are stored, are the least that there were.
-- `models/panel/returns.py` defines what comes from prices.
-- grain: tagger, ticker, session
with taggers as (
    select distinct tagger
    from score_periods
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
    pre_open_observed.coverage as pre_open_coverage,       -- share of the window's time; null is unknown
    if(pre_open_coverage < 1, null, coalesce(pre_open.n_posts, 0)) as pre_open_posts,
    coalesce(pre_open.n_posts, 0) as pre_open_posts_seen,
    ln(1 + pre_open_posts) as pre_open_log_posts,
    pre_open.neutral as pre_open_neutral,
    pre_open.happy as pre_open_happy,
    pre_open.sad as pre_open_sad,
    pre_open.anger as pre_open_anger,
    pre_open.disgust as pre_open_disgust,
    pre_open.surprise as pre_open_surprise,
    pre_open.fear as pre_open_fear,
    pre_open.valence as pre_open_valence,
    pre_open.disagreement as pre_open_disagreement,
    if(pre_open_coverage < 1, null, coalesce(pre_open.n_neutral, 0)) as pre_open_n_neutral,
    if(pre_open_coverage < 1, null, coalesce(pre_open.n_happy, 0)) as pre_open_n_happy,
    if(pre_open_coverage < 1, null, coalesce(pre_open.n_sad, 0)) as pre_open_n_sad,
    if(pre_open_coverage < 1, null, coalesce(pre_open.n_anger, 0)) as pre_open_n_anger,
    if(pre_open_coverage < 1, null, coalesce(pre_open.n_disgust, 0)) as pre_open_n_disgust,
    if(pre_open_coverage < 1, null, coalesce(pre_open.n_surprise, 0)) as pre_open_n_surprise,
    if(pre_open_coverage < 1, null, coalesce(pre_open.n_fear, 0)) as pre_open_n_fear,
    intraday_observed.coverage as intraday_coverage,       -- share of the window's time; null is unknown
    if(intraday_coverage < 1, null, coalesce(intraday.n_posts, 0)) as intraday_posts,
    coalesce(intraday.n_posts, 0) as intraday_posts_seen,
    ln(1 + intraday_posts) as intraday_log_posts,
    intraday.neutral as intraday_neutral,
    intraday.happy as intraday_happy,
    intraday.sad as intraday_sad,
    intraday.anger as intraday_anger,
    intraday.disgust as intraday_disgust,
    intraday.surprise as intraday_surprise,
    intraday.fear as intraday_fear,
    intraday.valence as intraday_valence,
    intraday.disagreement as intraday_disagreement,
    if(intraday_coverage < 1, null, coalesce(intraday.n_neutral, 0)) as intraday_n_neutral,
    if(intraday_coverage < 1, null, coalesce(intraday.n_happy, 0)) as intraday_n_happy,
    if(intraday_coverage < 1, null, coalesce(intraday.n_sad, 0)) as intraday_n_sad,
    if(intraday_coverage < 1, null, coalesce(intraday.n_anger, 0)) as intraday_n_anger,
    if(intraday_coverage < 1, null, coalesce(intraday.n_disgust, 0)) as intraday_n_disgust,
    if(intraday_coverage < 1, null, coalesce(intraday.n_surprise, 0)) as intraday_n_surprise,
    if(intraday_coverage < 1, null, coalesce(intraday.n_fear, 0)) as intraday_n_fear,
    pre_open_observed_before.coverage as pre_open_coverage_lag1,
    if(pre_open_coverage_lag1 < 1, null, coalesce(pre_open_before.n_posts, 0)) as pre_open_posts_lag1,
    pre_open_before.neutral as pre_open_neutral_lag1,
    pre_open_before.happy as pre_open_happy_lag1,
    pre_open_before.sad as pre_open_sad_lag1,
    pre_open_before.anger as pre_open_anger_lag1,
    pre_open_before.disgust as pre_open_disgust_lag1,
    pre_open_before.surprise as pre_open_surprise_lag1,
    pre_open_before.fear as pre_open_fear_lag1,
    pre_open_before.valence as pre_open_valence_lag1,
    intraday_observed_before.coverage as intraday_coverage_lag1,
    if(intraday_coverage_lag1 < 1, null, coalesce(intraday_before.n_posts, 0)) as intraday_posts_lag1,
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
left join window_coverage as pre_open_observed
    on pre_open_observed.ticker = returns.ticker
    and pre_open_observed.session_no = returns.session_no and pre_open_observed.window_name = 'pre_open'
left join window_coverage as pre_open_observed_before
    on pre_open_observed_before.ticker = returns.ticker
    and pre_open_observed_before.session_no = returns.session_no - 1 and pre_open_observed_before.window_name = 'pre_open'
left join window_coverage as intraday_observed
    on intraday_observed.ticker = returns.ticker
    and intraday_observed.session_no = returns.session_no and intraday_observed.window_name = 'intraday'
left join window_coverage as intraday_observed_before
    on intraday_observed_before.ticker = returns.ticker
    and intraday_observed_before.session_no = returns.session_no - 1 and intraday_observed_before.window_name = 'intraday'
order by tagger, ticker, session
