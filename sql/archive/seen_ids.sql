-- Ids of a file of texts that have a record, whatever their text is.
-- grain: message_id
select distinct texts.id as message_id
from archive_rows as texts
semi join archive_records as records on records.message_id = texts.id
order by message_id
