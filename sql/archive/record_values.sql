-- The records of one file of the archive, without texts, as values of raw_posts; `reason` says why one cannot
-- be used. Left out is what is known to be outside the filters.
-- grain: position
with fields as (
    select
        rows.* exclude (id),
        rows.rowid as position,
        rows.id as number,
        if(
            regexp_full_match(rows.created_at, $usual), try_cast(rows.created_at as timestamp), null
        ) as usual_time,
        lists.symbols
    from archive_rows as rows
    inner join archive_symbol_lists as lists on lists.symbol_list is not distinct from rows.symbol_list
    where lists.is_wanted
),

timed as (
    select
        fields.* exclude (created_at),
        fields.created_at as time_text,
        coalesce(fields.usual_time, times.created_at) as created_at,
        times.created_on,
        times.reason as time_reason
    from fields
    left join archive_times as times on times.text = fields.created_at
),

valued as (
    select
        position,
        number as message_id,
        case
            when trim(coalesce(message_id, '')) = '' then 'no id'
            when number is null then 'bad id: ''' || left(message_id, 60) || ''''
            when time_text is null then 'no time'
            when year(usual_time) not between 2000 and 2099
                then 'bad time: ''' || left(time_text, 60) || ''' is outside the years 2000 to 2100'
            else time_reason
        end as reason,
        created_at,
        created_on,
        symbols,
        case
            when lower(trim(sentiment)) in ('1.0', '1', 'bullish') then 'Bullish'
            when lower(trim(sentiment)) in ('-1.0', '-1', 'bearish') then 'Bearish'
        end as sentiment,
        -- Identifiers in a column with gaps arrive as floats: 123.0 is 123.
        if(
            ends_with(user_id, '.0'),
            regexp_replace(user_id, '^(\d+)\.0$', '\1'),
            nullif(trim(user_id), '')
        ) as user_id,
        if(
            ends_with(parent_message_id, '.0'),
            regexp_replace(parent_message_id, '^(\d+)\.0$', '\1'),
            nullif(trim(parent_message_id), '')
        ) as thread_id,
        if(
            ends_with(in_reply_to_message_id, '.0'),
            regexp_replace(in_reply_to_message_id, '^(\d+)\.0$', '\1'),
            nullif(trim(in_reply_to_message_id), '')
        ) as reply_to,
        concat_ws(
            ',', coalesce(message_id, ''), coalesce(user_id, ''), coalesce(time_text, ''),
            coalesce(sentiment, ''), coalesce(parent_message_id, ''), coalesce(in_reply_to_message_id, ''),
            coalesce(symbol_list, '')
        ) as whole
    from timed
)

select * from valued
where
    reason is not null
    or (
        coalesce(created_at, created_on::timestamp) >= coalesce($first_day::date, date '1900-01-01')
        and coalesce(created_at, created_on::timestamp) < coalesce($last_day::date, date '2200-01-01') + 1
    )
