-- Waiting records of one file whose id stood in no file of texts.
-- grain: position
select
    records.position,
    'no text' as reason,
    records.message_id::varchar as raw
from read_parquet($file) as records
anti join archive_seen as seen on seen.message_id = records.message_id
