-- The rows of a file of texts that cannot be used. Where posts are chosen, a text without a record is none of
-- theirs; one whose id cannot be read may be.
-- grain: position
with told as (
    select
        texts.rowid as position,
        left(coalesce(texts.message_id, '') || ',' || coalesce(texts.message_body, ''), 2000) as raw,
        case
            when trim(coalesce(texts.message_id, '')) = '' then 'no id'
            when texts.id is null then 'bad id: ''' || left(texts.message_id, 60) || ''''
            when
                (records.message_id is not null or $keep_all)
                and regexp_full_match(coalesce(texts.message_body, ''), $blank) then 'empty body'
            when records.message_id is null and $keep_all then 'no record of this message'
        end as reason
    from archive_rows as texts
    left join archive_records as records on records.message_id = texts.id
)

select * from told
where reason is not null
