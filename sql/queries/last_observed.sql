-- One row per window that is over, of the last session with one: how many of the followed tickers had a source
-- that gave nothing, and which share of the window's time was observed, the mean over them. A ticker that was
-- last checked a week before the newest check was given up, and is left out; one that fails today is not.
-- grain: session, window_name
with followed as (
    select ticker
    from coverage
    where last_checked_at > (select max(last_checked_at) - interval 7 days from coverage)
),

finished as (
    select
        ticker,
        session,
        window_name,
        coverage
    from window_coverage
    where is_over and session = (select max(session) from window_coverage where is_over)
)

select
    session,
    window_name,
    avg(coverage order by ticker) as coverage,
    count(*) as n_tickers,
    count(*) filter (coverage = 0) as n_dead_tickers
from finished
semi join followed using (ticker)
group by session, window_name
order by window_name desc
