-- The waiting records whose ids lie in the range of a file of texts; of repeats the last one counts.
-- grain: message_id
select *
from read_parquet($files)
where message_id between $first and $last
