-- One row per window that is over, of the last session with one: how many of the followed tickers had a source
-- that gave nothing, and which share of the window's time was observed.
-- grain: session, window_name
with finished as (
    select distinct
        session,
        window_name
    from window_coverage
    where is_over
)

select
    session,
    window_name,
    coverage,
    n_tickers,
    n_dead_tickers
from market_coverage
semi join finished using (session, window_name)
where session = (select max(session) from finished)
order by window_name desc
