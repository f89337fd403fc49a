-- One row per session of the exchange: the whole market's return, the factors and the VIX.
-- `ret_market` is Fama and French's market where their factors cover at least half of the sessions with
-- prices, and null on days they lack; else the equally weighted mean over the warehouse's firms. One source
-- for all rows: `market_source` says which. `ret_market_oc` is always the mean over the firms.
-- grain: session
with firms as (
    select
        session,
        count(ret_cc) as n_firms,
        -- In order of tickers: a sum in another order differs in its last digits.
        avg(ret_cc order by ticker) as ret_cc,
        avg(ret_oc order by ticker) as ret_oc
    from returns
    group by session
),

source as (
    select
        if(2 * count(factors.session) >= count(*) and count(factors.session) > 0, 'fama_french', 'equally_weighted')
            as market_source
    from firms
    left join factors using (session)
)

select
    sessions.session,
    sessions.session_no,
    if(market_source = 'fama_french', factors.mkt_rf + factors.rf, firms.ret_cc) as ret_market,
    firms.ret_oc as ret_market_oc,
    source.market_source,
    coalesce(firms.n_firms, 0) as n_firms,          -- with a close-to-close return
    vix.close as vix,
    ln(vix.close) as log_vix,
    ln(vix.close / vix_before.close) as d_log_vix,  -- from the session before; null where one is unknown
    factors.mkt_rf,
    factors.smb,
    factors.hml,
    factors.rf
from sessions
cross join source
left join firms using (session)
left join factors using (session)
left join raw_vix as vix on vix.date = sessions.session
left join sessions as day_before on day_before.session_no = sessions.session_no - 1
left join raw_vix as vix_before on vix_before.date = day_before.session
order by sessions.session
