-- One row per ticker, fact and day on which anything of it was published: what was known of it from then on.
-- Of all that is known, the latest day described counts, and of that day the latest revision: an old
-- figure that is published late never replaces a newer one.
-- Facts: `short_interest` (shares short by float, else by shares outstanding), `inst_own`, and shares
-- outstanding twice, in a file of their own (`shares`) and beside short interest (`shares_beside_short`),
-- both counted in shares from before the first stored split, so that later splits can be applied.
-- grain: ticker, fact, known_on
with short_interest as (
    select
        reports.*,
        reports.shares_short / coalesce(settled.level, 1) as old_shares_short,
        -- Float and shares outstanding are those of the day of publication, so a split between settlement
        -- and publication is in them and not in the shares short (TTD, 10 for 1 on 2021-06-17, shows it).
        reports.float_shares / coalesce(publishing.level, 1) as old_float,
        reports.shares_outstanding / coalesce(publishing.level, 1) as old_shares
    from raw_short_interest as reports
    asof left join stg_splits as settled
        on settled.ticker = reports.ticker and reports.settled_on >= settled.session
    asof left join stg_splits as publishing
        on publishing.ticker = reports.ticker and reports.known_on >= publishing.session
),

published as (
    select
        ticker,
        'short_interest' as fact,
        settled_on as described_on,
        known_on,
        old_shares_short / coalesce(old_float, old_shares) as value
    from short_interest

    union all

    select
        ticker,
        'shares_beside_short',
        settled_on,
        known_on,
        -- The float is a part of the shares outstanding: a number well below it is not believed.
        if(float_shares > 1.05 * shares_outstanding, null, old_shares)
    from short_interest

    union all

    select
        ticker,
        'inst_own',
        described_on,
        known_on,
        inst_own
    from raw_ownership

    union all

    select
        shares.ticker,
        'shares',
        shares.described_on,
        shares.known_on,
        shares.shares_outstanding / coalesce(splits.level, 1)
    from raw_shares as shares
    asof left join stg_splits as splits
        on splits.ticker = shares.ticker and shares.described_on >= splits.session
)

select distinct
    ticker,
    fact,
    known_on,
    unnest(arg_max(
        {'described_on': described_on, 'value': value},
        (described_on, known_on)
    ) over known_by_then)
from published
where value is not null
window known_by_then as (
    partition by ticker, fact
    order by known_on
    range between unbounded preceding and current row
)
