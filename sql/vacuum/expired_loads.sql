-- One row per load before a moment: the original records that it brought are kept no longer.
-- grain: load_id
select load_id
from loads
where loaded_at < $before
