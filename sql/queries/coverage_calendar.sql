-- One row per followed ticker and session of which a window is over: which share of the window's time its
-- sources were observed; of both windows the lesser. The $most tickers that were observed least, of the last
-- $n_sessions sessions. $window_name is pre_open, intraday or both.
-- grain: ticker, session
with observed as (
    select
        ticker,
        session,
        min(coverage) as coverage
    from window_coverage
    where is_over and $window_name in (window_name, 'both')
    group by ticker, session
    qualify dense_rank() over (order by session desc) <= $n_sessions
),

tickers as (
    select
        ticker,
        avg(coverage) as mean_coverage,
        count(*) over () as n_tickers,
        count(*) filter (avg(coverage) = 1) over () as n_whole
    from observed
    group by ticker
    order by mean_coverage, ticker
    limit $most
)

select
    ticker,
    observed.session,
    observed.coverage,              -- 0 to 1; 0 where a source gave nothing
    tickers.mean_coverage,
    tickers.n_tickers,              -- in all, those left out here too
    tickers.n_whole
from tickers
inner join observed using (ticker)
order by tickers.mean_coverage, ticker, observed.session
