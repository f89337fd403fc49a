-- Times of `archive_rows` that are not written the usual way.
-- grain: text
select distinct created_at as text
from archive_rows
where
    created_at is not null
    and if(regexp_full_match(created_at, $usual), try_cast(created_at as timestamp), null) is null
