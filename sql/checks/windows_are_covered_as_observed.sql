-- Windows of followed tickers whose coverage is not the time that all their sources were observed, and windows
-- without a row that have one, or the other way round. Recomputed from the stored marks and gaps by cutting each
-- window wherever a stream or a gap begins or ends; `stg_observed` goes along the stream instead.
-- In a large warehouse 40 tickers are checked, always the same ones: the first by the hash of their name.
-- grain: ticker, session_no, window_name
with followed as (
    select distinct ticker
    from stream_marks
    order by md5(ticker)
    limit 40
),

marks as (
    select *
    from stream_marks
    semi join followed using (ticker)
),

windows as (
    select
        marks.source,
        marks.ticker,
        marks.begin_at,
        marks.checked_at,
        sessions.session_no,
        hours.window_name,
        hours.opens_at,
        hours.closes_at
    from marks
    cross join sessions
    cross join lateral (
        values
            ('pre_open', sessions.previous_close_at, sessions.open_at),
            ('intraday', sessions.open_at, sessions.close_at)
    ) as hours (window_name, opens_at, closes_at)
    where hours.closes_at > marks.begin_at and hours.opens_at is not null
),

missing as (
    select
        gaps.source,
        gaps.ticker,
        date_trunc('second', gaps.floor_at) as missing_from,
        date_trunc('second', gaps.ceiling_at) + interval 1 second as missing_to
    from stream_gaps as gaps
    semi join followed using (ticker)
),

cuts as (
    select source, ticker, session_no, window_name, closes_at, unnest([
        opens_at,
        greatest(opens_at, least(begin_at, closes_at)),
        greatest(opens_at, least(checked_at, closes_at))
    ]) as cut_at
    from windows

    union

    select
        windows.source,
        windows.ticker,
        windows.session_no,
        windows.window_name,
        windows.closes_at,
        ends.cut_at
    from windows
    inner join missing using (source, ticker)
    cross join lateral (values (missing.missing_from), (missing.missing_to)) as ends (cut_at)
    where ends.cut_at > windows.opens_at and ends.cut_at < windows.closes_at
),

pieces as (
    select
        source,
        ticker,
        session_no,
        window_name,
        cut_at as from_at,
        coalesce(lead(cut_at) over (
            partition by source, ticker, session_no, window_name
            order by cut_at
        ), closes_at) as to_at
    from cuts
),

observed as (
    select
        pieces.source,
        pieces.ticker,
        pieces.session_no,
        pieces.window_name,
        sum(epoch_us(pieces.to_at) - epoch_us(pieces.from_at)) as microseconds
    from pieces
    inner join marks using (source, ticker)
    anti join missing
        on missing.source = pieces.source and missing.ticker = pieces.ticker
        and missing.missing_from <= pieces.from_at and missing.missing_to >= pieces.to_at
    where pieces.from_at >= marks.begin_at and pieces.to_at <= marks.checked_at
    group by all
),

expected as (
    select
        windows.ticker,
        windows.session_no,
        windows.window_name,
        min(coalesce(observed.microseconds, 0) / (epoch_us(windows.closes_at) - epoch_us(windows.opens_at)))
            as coverage,
        bool_or(windows.opens_at < windows.checked_at) as was_checked
    from windows
    left join observed using (source, ticker, session_no, window_name)
    group by all
),

found as (
    select
        ticker,
        session_no,
        window_name,
        coverage
    from window_coverage
    semi join followed using (ticker)
),

priced as (
    select max(session_no) as session_no
    from sessions
    semi join stg_prices using (session)
)

select
    ticker,
    session_no,
    window_name,
    found.coverage,
    expected.coverage as known_coverage
from found
full join expected using (ticker, session_no, window_name)
cross join priced
where expected.coverage is null
or abs(found.coverage - expected.coverage) > 1e-9
-- A window that began after every check may lie in the future; up to the last session with a price it does not.
or (found.coverage is null and (expected.was_checked or session_no <= priced.session_no))
