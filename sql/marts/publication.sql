-- One row: what this version holds, when and by which code it was built.
-- The fingerprint is a function of the posts, prices, scores, published figures and coverage alone, whatever
-- the order of loading.
-- grain: built_at
with post_facts as (
    select
        coalesce(sum(n_posts), 0)::bigint as n_posts,
        min(first_post_at) as first_post_at,
        max(last_post_at) as last_post_at,
        coalesce(bool_or(simulated), false) as simulated,
        bit_xor(posts_hash) as posts_hash
    from post_periods
),

price_facts as (
    select
        count(*) as n_prices,
        min(session) as first_price,
        max(session) as last_price,
        bit_xor(md5_number(concat_ws('|', ticker, session, open, high, low, close, adj_close, volume, split_ratio)))
            as prices_hash
    from stg_prices
),

reference_rows as (
    select concat_ws(
        '|', 'short_interest', ticker, settled_on, known_on, shares_short,
        coalesce(float_shares, 0), coalesce(shares_outstanding, 0)
    ) as text
    from raw_short_interest

    union all

    select concat_ws('|', 'ownership', ticker, described_on, known_on, inst_own)
    from raw_ownership

    union all

    select concat_ws('|', 'shares', ticker, described_on, known_on, shares_outstanding)
    from raw_shares

    union all

    select concat_ws('|', 'factors', date, mkt_rf, smb, hml, rf)
    from raw_factors

    union all

    select concat_ws('|', 'vix', date, close)
    from raw_vix

    union all

    select concat_ws(
        '|', 'ipo', ticker, first_trade, coalesce(offer_price, 0), coalesce(proceeds, 0), coalesce(founded, 0),
        coalesce(venture::varchar, ''), coalesce(industry, '')
    )
    from raw_ipos
),

reference_facts as (
    select bit_xor(md5_number(text)) as reference_hash
    from reference_rows
),

score_facts as (
    select
        coalesce(list_sort(list(distinct tagger || ' ' || tagger_version)), []) as taggers,
        bit_xor(scores_hash) as scores_hash
    from score_periods
),

coverage_facts as (
    -- Of later sessions nothing is regressed, and asking in vain for new posts is no news.
    select bit_xor(md5_number(concat_ws('|', ticker, session, window_name, coverage, dead_sources)))
        as coverage_hash
    from window_coverage
    where session <= (select max(session) from stg_prices)
)

select
    $built_at::timestamp as built_at,           -- UTC
    $code_version::varchar as code_version,
    $schema_version::integer as schema_version,     -- of the relations: older code cannot read newer ones
    $inputs::varchar as inputs,                     -- what the store held: equal inputs need no new build
    md5(concat_ws('|', posts_hash, prices_hash, reference_hash, scores_hash, coverage_hash)) as fingerprint,
    simulated,
    n_posts,
    first_post_at,
    last_post_at,
    n_prices,
    first_price,
    last_price,
    taggers
from post_facts
cross join price_facts
cross join reference_facts
cross join score_facts
cross join coverage_facts
