-- One row: what this version holds, when and by which code it was built.
-- The fingerprint is a function of the posts, prices and scores alone, whatever the order of loading.
-- grain: built_at
with post_facts as (
    select
        count(*) as n_posts,
        min(available_at) as first_post_at,
        max(available_at) as last_post_at,
        coalesce(bool_or(source = 'simulated'), false) as simulated
    from posts
),

raw_facts as (
    select bit_xor(md5_number(concat_ws('|', source, post_id, raw_hash))) as posts_hash
    from raw_posts
),

price_facts as (
    select
        count(*) as n_prices,
        min(session) as first_price,
        max(session) as last_price,
        bit_xor(md5_number(concat_ws('|', ticker, session, open, high, low, close, adj_close, volume)))
            as prices_hash
    from stg_prices
),

score_facts as (
    select
        coalesce(list_sort(list(distinct tagger || ' ' || tagger_version)), []) as taggers,
        bit_xor(md5_number(concat_ws('|', tagger, tagger_version, source, post_id, emotion)))
            as scores_hash
    from scores
)

select
    $built_at::timestamp as built_at,           -- UTC
    $code_version::varchar as code_version,
    md5(concat_ws('|', posts_hash, prices_hash, scores_hash)) as fingerprint,
    simulated,
    n_posts,
    first_post_at,
    last_post_at,
    n_prices,
    first_price,
    last_price,
    taggers
from post_facts
cross join raw_facts
cross join price_facts
cross join score_facts
