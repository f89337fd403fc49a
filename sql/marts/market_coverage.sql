-- One row per session and window in which live sources follow tickers: which share of the window's time they
-- were observed, the mean over tickers, each counting alike. A ticker that was given up (its last check is
-- past, while others are checked on) no longer belongs to the market, though its own windows are dead.
-- grain: session, window_name
with streams as (
    select
        ticker,
        max(checked_at) as checked_at
    from stream_marks
    group by ticker
)

select
    windows.session,
    windows.session_no,
    windows.window_name,
    avg(windows.coverage order by ticker) as coverage,      -- 0 to 1
    count(*) as n_tickers,
    count(*) filter (len(windows.dead_sources) > 0) as n_dead_tickers
from window_coverage as windows
inner join streams using (ticker)
where windows.begin_at < streams.checked_at
or windows.begin_at >= (select max(checked_at) from stream_marks)
group by all
order by session, window_name desc
