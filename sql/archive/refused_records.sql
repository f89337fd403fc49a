-- The records of one file of the archive that cannot be used.
-- grain: position
select
    position,
    reason,
    left(whole, 2000) as raw
from archive_values
where reason is not null
