-- One row per followed ticker and session of which a window is over: which share of the window's time its
-- sources were observed; of both windows the lesser. The $most tickers that were observed least, of the last
-- $n_sessions sessions. $window_name is pre_open, intraday or both.
-- grain: ticker, session
with begun as (
    select min(session) as first_session
    from (
        select distinct session
        from window_coverage
        where is_over
        order by session desc
        limit $n_sessions
    )
),

tickers as (
    select
        ticker,
        avg(coverage) as mean_coverage,                             -- over windows
        count(*) over () as n_tickers,
        count(*) filter (min(coverage) = 1) over () as n_whole
    from window_coverage
    where is_over and $window_name in (window_name, 'both') and session >= (select first_session from begun)
    group by ticker
    order by mean_coverage, ticker
    limit $most
)

select
    ticker,
    observed.session,
    min(observed.coverage) as coverage,     -- 0 to 1; 0 where a source gave nothing
    any_value(tickers.mean_coverage) as mean_coverage,
    any_value(tickers.n_tickers) as n_tickers,      -- in all, those left out here too
    any_value(tickers.n_whole) as n_whole
from window_coverage as observed
inner join tickers using (ticker)
where observed.is_over and $window_name in (observed.window_name, 'both')
and observed.session >= (select first_session from begun)
group by ticker, observed.session
order by mean_coverage, ticker, observed.session
