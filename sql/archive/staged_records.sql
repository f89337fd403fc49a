-- The usable records of one file of the archive, as they wait for their texts.
-- grain: file_number, position
select
    message_id,
    $file_number::integer as file_number,
    position,
    created_at,
    created_on,
    symbols,
    sentiment,
    user_id,
    thread_id,
    reply_to,
    md5_number_lower(whole) as record_hash
from archive_values
where reason is null
order by message_id, position
