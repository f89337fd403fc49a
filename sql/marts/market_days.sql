-- One row per tagger and session of the exchange: the mean emotion of all posts beside the whole market.
-- A post counts once, however many tickers it names. Emotions of a window without posts are null; counts
-- are zero, or null where the window was not observed whole (`market_coverage`): an undercount is no count.
-- grain: tagger, session
with taggers as (
    select distinct tagger
    from score_periods
)

select
    taggers.tagger,
    market.session,
    market.session_no,
    pre_open_observed.coverage as pre_open_coverage,
    intraday_observed.coverage as intraday_coverage,
    coalesce(pre_open.n_posts, 0) as pre_open_posts_seen,
    coalesce(intraday.n_posts, 0) as intraday_posts_seen,
    if(pre_open_coverage < 1 or intraday_coverage < 1, null, pre_open_posts_seen + intraday_posts_seen) as n_posts,
    if(pre_open_coverage < 1, null, pre_open_posts_seen) as pre_open_posts,
    ln(1 + pre_open_posts) as pre_open_log_posts,
    pre_open.neutral as pre_open_neutral,
    pre_open.happy as pre_open_happy,
    pre_open.sad as pre_open_sad,
    pre_open.anger as pre_open_anger,
    pre_open.disgust as pre_open_disgust,
    pre_open.surprise as pre_open_surprise,
    pre_open.fear as pre_open_fear,
    pre_open.valence as pre_open_valence,
    if(intraday_coverage < 1, null, intraday_posts_seen) as intraday_posts,
    ln(1 + intraday_posts) as intraday_log_posts,
    intraday.neutral as intraday_neutral,
    intraday.happy as intraday_happy,
    intraday.sad as intraday_sad,
    intraday.anger as intraday_anger,
    intraday.disgust as intraday_disgust,
    intraday.surprise as intraday_surprise,
    intraday.fear as intraday_fear,
    intraday.valence as intraday_valence,
    market.ret_market,
    market.ret_market_oc,
    market.market_source,
    market.vix,
    market.log_vix,
    market.d_log_vix,
    market.mkt_rf,
    market.smb,
    market.hml,
    market.rf
from market_returns as market
cross join taggers
left join market_mood as pre_open
    on pre_open.tagger = taggers.tagger
    and pre_open.session = market.session
    and pre_open.window_name = 'pre_open'
left join market_mood as intraday
    on intraday.tagger = taggers.tagger
    and intraday.session = market.session
    and intraday.window_name = 'intraday'
left join market_coverage as pre_open_observed
    on pre_open_observed.session = market.session and pre_open_observed.window_name = 'pre_open'
left join market_coverage as intraday_observed
    on intraday_observed.session = market.session and intraday_observed.window_name = 'intraday'
order by taggers.tagger, market.session
