-- The posts of one file, ready to be merged: repeats within the file folded into one row.
-- A source that names one symbol a row has its symbols gathered; of all else the last row counts.
-- grain: source, post_id
with last_rows as (
    select
        post_id,
        max(position) as position,
        list_sort(list_distinct(flatten(list(symbols)))) as all_symbols,
        bit_xor(distinct md5_number_lower(raw)) as all_raw_hash
    from incoming_rows
    group by post_id
)

select
    load.source,
    rows.post_id,
    rows.created_at,
    rows.created_on,
    rows.body,
    if(load.symbols_are_complete, rows.symbols, last_rows.all_symbols) as symbols,
    rows.sentiment,
    rows.likes,
    rows.reshares,
    rows.is_reshare,
    rows.user_id,
    rows.user_name,
    rows.followers,
    rows.client,
    rows.thread_id,
    rows.reply_to,
    rows.raw,
    if(load.symbols_are_complete, md5_number_lower(rows.raw), last_rows.all_raw_hash) as raw_hash,
    md5_number_lower(rows.body) as body_hash,
    load.load_id,
    load.symbols_are_complete
from incoming_rows as rows
inner join last_rows using (post_id, position)
cross join current_load as load
