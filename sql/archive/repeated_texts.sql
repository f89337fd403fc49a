-- Texts of `archive_rows` after which another one of the same id comes.
-- grain: place
select place
from (
    select
        rowid as place,
        row_number() over (partition by id order by rowid desc) as n_from_last
    from archive_rows
)
where n_from_last > 1
