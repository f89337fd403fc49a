-- Regressors of the panel that are not what the prices before the session make them (of ret_co: up to its open).
-- Recomputed from stored prices by windows that count sessions of the exchange; `models/panel` does it otherwise.
-- In a large warehouse 40 firms are checked, always the same ones: the first by the hash of their name.
-- grain: tagger, ticker, session, variable
with firms as (
    select distinct ticker
    from returns
    order by md5(ticker)
    limit 40
),

daily as (
    select
        ticker,
        session,
        session_no,
        open,
        close,
        adj_close,
        close / open - 1 as ret_oc,
        any_value(adj_close) over yesterday as adj_close_before,
        if(volume > 0, ln(volume), null) as log_volume,
        if(volume > 0, abs(adj_close / any_value(adj_close) over yesterday - 1) / (close * volume), null) as impact,
        0.5 * ln(high / low) ** 2 - (2 * ln(2) - 1) * ln(close / open) ** 2 as rv_gk,
        ln(high / low) ** 2 / (4 * ln(2)) as rv_parkinson,
        ln(high / close) * ln(high / open) + ln(low / close) * ln(low / open) as rv_rs
    from stg_prices
    inner join sessions using (session)
    semi join firms using (ticker)
    window yesterday as (partition by ticker order by session_no range between 1 preceding and 1 preceding)
),

logs as (
    select
        *,
        adj_close / adj_close_before - 1 as ret_cc,
        if(rv_gk > 0, ln(rv_gk), null) as log_rv_gk,
        if(rv_parkinson > 0, ln(rv_parkinson), null) as log_rv_parkinson,
        if(rv_rs > 0, ln(rv_rs), null) as log_rv_rs,
        abs(ret_oc) as abs_ret_oc,
        log_volume - if(count(log_volume) over usual >= 10, avg(log_volume) over usual, null) as abnormal_volume
    from daily
    window usual as (partition by ticker order by session_no range between 20 preceding and 1 preceding)
),

recomputed as (
    select
        ticker,
        session,
        open * adj_close / close / adj_close_before - 1 as ret_co,
        any_value(close) over day as close_lag1,
        any_value(ret_oc) over day as ret_oc_lag1,
        any_value(adj_close) over day
            / any_value(adj_close) over (past range between 21 preceding and 21 preceding) - 1 as ret_20,
        if(count(ret_cc) over half_year >= 60, stddev_samp(ret_cc) over half_year, null) as vol_183,
        any_value(abnormal_volume) over day as abnormal_volume_lag1,
        if(count(impact) over twenty_one >= 10, 1e6 * avg(impact) over twenty_one, null) as illiq,
        any_value(log_rv_gk) over day as log_rv_gk_day,
        if(count(log_rv_gk) over week >= 3, avg(log_rv_gk) over week, null) as log_rv_gk_week,
        if(count(log_rv_gk) over month >= 14, avg(log_rv_gk) over month, null) as log_rv_gk_month,
        any_value(log_rv_parkinson) over day as log_rv_parkinson_day,
        if(count(log_rv_parkinson) over week >= 3, avg(log_rv_parkinson) over week, null) as log_rv_parkinson_week,
        if(count(log_rv_parkinson) over month >= 14, avg(log_rv_parkinson) over month, null) as log_rv_parkinson_month,
        any_value(log_rv_rs) over day as log_rv_rs_day,
        if(count(log_rv_rs) over week >= 3, avg(log_rv_rs) over week, null) as log_rv_rs_week,
        if(count(log_rv_rs) over month >= 14, avg(log_rv_rs) over month, null) as log_rv_rs_month,
        any_value(abs_ret_oc) over day as abs_ret_oc_day,
        if(count(abs_ret_oc) over week >= 3, avg(abs_ret_oc) over week, null) as abs_ret_oc_week,
        if(count(abs_ret_oc) over month >= 14, avg(abs_ret_oc) over month, null) as abs_ret_oc_month
    from logs
    window
        past as (partition by ticker order by session_no),
        day as (partition by ticker order by session_no range between 1 preceding and 1 preceding),
        week as (partition by ticker order by session_no range between 5 preceding and 1 preceding),
        twenty_one as (partition by ticker order by session_no range between 21 preceding and 1 preceding),
        month as (partition by ticker order by session_no range between 22 preceding and 1 preceding),
        half_year as (partition by ticker order by session_no range between 183 preceding and 1 preceding)
),

expected as (
    select ticker, session, variable, value
    from recomputed
    unpivot include nulls (value for variable in (columns(* exclude (ticker, session))))
),

found as (
    select tagger, ticker, session, variable, value
    from panel
    unpivot include nulls (value for variable in (
        ret_co, close_lag1, ret_oc_lag1, ret_20, vol_183, abnormal_volume_lag1, illiq,
        log_rv_gk_day, log_rv_gk_week, log_rv_gk_month,
        log_rv_parkinson_day, log_rv_parkinson_week, log_rv_parkinson_month,
        log_rv_rs_day, log_rv_rs_week, log_rv_rs_month,
        abs_ret_oc_day, abs_ret_oc_week, abs_ret_oc_month
    ))
    semi join firms using (ticker)
)

select
    found.tagger,
    found.ticker,
    found.session,
    found.variable,
    found.value,
    expected.value as known_value
from found
inner join expected using (ticker, session, variable)
where (found.value is null) <> (expected.value is null)
-- Sums in another order differ by rounding.
or abs(found.value - expected.value) > 1e-12 + 1e-6 * abs(expected.value)
