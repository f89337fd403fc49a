-- One row per ticker and session with a price: what was known of the firm before the session's day.
-- A figure published on day t is not seen at t; 400 days after the day it describes a figure is given up.
-- `shares_outstanding` are counted as at the close of t-1: splits since the count are applied. `log_mcap`
-- is the log of their worth at that close as it was printed, the adjustment for later splits undone; both
-- are null without a price of t-1.
-- grain: ticker, session
with names as (
    select distinct fact
    from stg_facts
),

known as (
    select
        returns.ticker,
        returns.session,
        facts.fact,
        facts.value
    from returns
    cross join names
    asof inner join stg_facts as facts
        on facts.ticker = returns.ticker and facts.fact = names.fact and returns.session > facts.known_on
    where returns.session - facts.described_on <= 400
),

firms as (
    select
        ticker,
        session,
        any_value(value) filter (fact = 'short_interest') as short_interest,
        any_value(value) filter (fact = 'inst_own') as inst_own,
        coalesce(
            any_value(value) filter (fact = 'shares'),
            any_value(value) filter (fact = 'shares_beside_short')
        ) as old_shares
    from known
    group by ticker, session
),

final_levels as (
    select
        ticker,
        max_by(level, session) as level
    from stg_splits
    group by ticker
)

select
    returns.ticker,
    returns.session,
    firms.short_interest,
    firms.inst_own,
    if(before.session is null, null, firms.old_shares * coalesce(splits.level, 1)) as shares_outstanding,
    -- The stored close counts in shares of after the last split; so do the shares here.
    ln(firms.old_shares * coalesce(final_levels.level, 1) * before.close) as log_mcap
from returns
left join returns as before
    on before.ticker = returns.ticker and before.session_no = returns.session_no - 1
left join firms on firms.ticker = returns.ticker and firms.session = returns.session
asof left join stg_splits as splits
    on splits.ticker = returns.ticker and before.session >= splits.session
left join final_levels on final_levels.ticker = returns.ticker
order by returns.ticker, returns.session
