-- One row per stretch of time over which a live source's posts of a symbol are all stored: what lies between
-- the beginning and the latest check of its stream, less its gaps. Stretches of a stream never touch.
-- Sources tell seconds, so posts are missing in the seconds of a gap's two ends too: even a gap between two
-- posts of the same second lasts a second.
-- grain: source, ticker, begin_at
with gaps as (
    select
        marks.source,
        marks.ticker,
        marks.begin_at,
        greatest(date_trunc('second', gaps.floor_at), marks.begin_at) as missing_from,
        least(date_trunc('second', gaps.ceiling_at) + interval 1 second, marks.checked_at) as missing_to
    from stream_gaps as gaps
    inner join stream_marks as marks using (source, ticker)
),

edges as (
    select *
    from gaps
    where missing_from < missing_to

    union all

    -- What comes after the latest check is not known, which ends the last stretch.
    select
        source,
        ticker,
        begin_at,
        checked_at,
        checked_at
    from stream_marks
),

stretches as (
    select
        source,
        ticker,
        -- Gaps may overlap: what was missing longest so far counts.
        coalesce(max(missing_to) over above, begin_at) as begin_at,
        missing_from as end_at
    from edges
    window above as (
        partition by source, ticker
        order by missing_from, missing_to
        rows between unbounded preceding and 1 preceding
    )
)

select
    source,
    ticker,
    begin_at,       -- UTC, included
    end_at          -- not included
from stretches
where begin_at < end_at
