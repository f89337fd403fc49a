-- One row per followed ticker, session and window that ends after its sources were first asked: which share of
-- the window's time they were observed. Windows that had not begun by the newest check, post or close have no
-- row, nor have tickers that no live source follows: of those nothing is known.
-- grain: ticker, session, window_name
with windows as (
    select
        session,
        session_no,
        'pre_open' as window_name,
        previous_close_at as begin_at,
        open_at as end_at
    from sessions
    where previous_close_at is not null

    union all

    select
        session,
        session_no,
        'intraday',
        open_at,
        close_at
    from sessions
),

newest as (
    -- By the data and not by the clock, so that equal data make equal marts.
    select greatest(
        (select max(checked_at) from stream_marks),
        (select max(created_at) from raw_posts),
        (select max(last_created_at) from segments),
        (select max(close_at) from sessions semi join stg_prices using (session))
    ) as moment
),

asked as (
    select
        marks.source,
        marks.ticker,
        windows.*,
        windows.end_at <= newest.moment as is_over
    from stream_marks as marks
    cross join newest
    inner join windows on windows.end_at > marks.begin_at and windows.begin_at < newest.moment
),

observed as (
    select
        asked.source,
        asked.ticker,
        asked.session,
        asked.window_name,
        sum(
            epoch_us(least(stretches.end_at, asked.end_at)) - epoch_us(greatest(stretches.begin_at, asked.begin_at))
        ) as microseconds
    from asked
    inner join stg_observed as stretches
        on stretches.source = asked.source and stretches.ticker = asked.ticker
        and stretches.begin_at < asked.end_at and stretches.end_at > asked.begin_at
    group by all
),

shares as (
    select
        asked.*,
        coalesce(observed.microseconds, 0) / (epoch_us(asked.end_at) - epoch_us(asked.begin_at)) as share
    from asked
    left join observed using (source, ticker, session, window_name)
)

select
    ticker,
    session,
    session_no,
    window_name,
    begin_at,                       -- UTC, included
    end_at,                         -- not included
    min(share) as coverage,         -- 0 to 1, of the source that was observed least
    count(*) as n_sources,
    -- Of a window that is not over nothing is dead yet.
    coalesce(list(source order by source) filter (share = 0 and is_over), []) as dead_sources,
    is_over
from shares
group by all
order by ticker, session, begin_at
