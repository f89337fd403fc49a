-- Records of `archive_records` after which another one of the same id comes.
-- grain: place
select place
from (
    select
        rowid as place,
        row_number() over (partition by message_id order by file_number desc, position desc) as n_from_last
    from archive_records
)
where n_from_last > 1
