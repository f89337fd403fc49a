-- Records and texts of one file of texts, joined: posts as raw_posts has them. `raw` is null: the archive's own
-- files are the record.
-- grain: source, post_id
select
    $source::varchar as source,
    texts.id::varchar as post_id,
    records.created_at,
    records.created_on,
    case
        when contains(texts.message_body, '&') then archive_clean_bodies(texts.message_body)
        else texts.message_body
    end as body,
    records.symbols,
    records.sentiment,
    null::bigint as likes,
    null::bigint as reshares,
    null::boolean as is_reshare,
    records.user_id,
    null::varchar as user_name,
    null::bigint as followers,
    null::varchar as client,
    records.thread_id,
    records.reply_to,
    null::varchar as raw,
    md5_number_lower(records.record_hash || ',' || texts.message_body) as raw_hash,
    md5_number_lower(body) as body_hash,
    $load_id::bigint as load_id
from archive_rows as texts
inner join archive_records as records on records.message_id = texts.id
