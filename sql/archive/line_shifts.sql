-- From which row of `archive_rows` on how many lines are in no row of their own: further lines of a text, and
-- lines that are blank or refused (`archive_skipped`).
-- grain: position
with texts as (
    select
        rowid as position,
        concat_ws('', *columns(* exclude (id))) as whole
    from archive_rows
),

extra as (
    select
        position + 1 as position,
        length(whole) - length(replace(whole, chr(10), '')) as lines
    from texts
    where contains(whole, chr(10))
    union all
    select
        position,
        lines
    from archive_skipped
)

select
    position,
    (sum(sum(lines)) over (order by position))::bigint as lines
from extra
group by position
