-- One row per ticker and session with a price: 1 where the firm is above the median of its session, over all
-- firms that have a price and a value, else 0; null without a value. All values were known before the session.
-- grain: ticker, session
with firms as (
    select
        ticker,
        session,
        vol_183,
        short_interest,
        inst_own,
        illiq,
        log_mcap
    from returns
    left join point_in_time using (ticker, session)
),

medians as (
    select
        session,
        median(vol_183) as vol_183,
        median(short_interest) as short_interest,
        median(inst_own) as inst_own,
        median(illiq) as illiq,
        median(log_mcap) as log_mcap
    from firms
    group by session
)

select
    firms.ticker,
    firms.session,
    (firms.vol_183 > medians.vol_183)::double as high_vol_183,
    (firms.short_interest > medians.short_interest)::double as high_short_interest,
    (firms.inst_own > medians.inst_own)::double as high_inst_own,
    (firms.illiq > medians.illiq)::double as high_illiq,
    (firms.log_mcap > medians.log_mcap)::double as high_log_mcap
from firms
inner join medians using (session)
order by ticker, session
