-- One row: a word that changes when posts, prices, figures, scores, coverage or refusals of the store do.
-- Coverage counts up to the end of the last day with a price, since no regression looks at what comes after:
-- so asking in vain for new posts is no reason to build.
-- grain: content
with changes as (
    select coalesce(max(load_id), 0) as last_change
    from loads
    where rows_new + rows_updated > 0
),

scored as (
    select coalesce(list_sort(list(distinct tagger || ' ' || tagger_version)), []) as taggers
    from (
        select
            tagger,
            tagger_version
        from post_scores

        union

        select
            tagger,
            tagger_version
        from segment_scores
    )
),

horizon as (
    select coalesce(max(date), date '1990-01-01') + interval 1 day as until
    from raw_prices
),

followed as (
    select bit_xor(md5_number(concat_ws('|', source, ticker, begin_at, least(checked_at, until)))) as hash
    from stream_marks
    cross join horizon
    where begin_at < until
),

missing as (
    select bit_xor(md5_number(concat_ws('|', source, ticker, floor_at, least(ceiling_at, until)))) as hash
    from stream_gaps
    cross join horizon
    where floor_at < until
),

refused as (
    -- What is refused is published with its reason, even where nothing else came.
    select count(*) || ' ' || coalesce(max(load_id), 0) as refusals
    from quarantine
)

select md5(concat_ws('|', last_change, taggers, followed.hash, missing.hash, refusals)) as content
from changes
cross join scored
cross join followed
cross join missing
cross join refused
