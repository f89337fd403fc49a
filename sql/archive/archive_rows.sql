-- The records of one CSV file of the archive as text, in their order, and the message's id where it is one.
-- `parallel` must be false: DuckDB 2.0, reading in parallel, now and then begins inside a text of several lines.
-- grain: rowid
select
    *,
    case
        when try_cast(message_id as bigint)::varchar = message_id then
            if(try_cast(message_id as bigint) >= 0, try_cast(message_id as bigint), null)
        else try_cast(regexp_extract(message_id, '^\s*(\d{1,18})(?:\.0)?\s*$', 1) as bigint)
    end as id
from read_csv(
    $file,
    auto_detect = false,
    header = true,
    delim = ',',
    quote = '"',
    escape = '"',
    new_line = $newline,
    columns = $columns,
    parallel = false,
    max_line_size = $longest,
    store_rejects = true,
    rejects_limit = 0,
    rejects_table = 'archive_rejects',
    rejects_scan = 'archive_scans'
)
