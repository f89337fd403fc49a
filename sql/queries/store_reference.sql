-- One row per kind of what is known beside posts and prices: how much the store holds and how fresh it is.
-- grain: kind
select
    'short interest' as kind,
    count(*) as n_rows,
    count(distinct ticker) as n_tickers,        -- null for series of the whole market
    min(settled_on) as first_day,
    max(settled_on) as last_day,
    count(known_after) as n_assumed             -- whose day of publication was assumed
from raw_short_interest

union all

select
    'ownership',
    count(*),
    count(distinct ticker),
    min(described_on),
    max(described_on),
    count(known_after)
from raw_ownership

union all

select
    'shares',
    count(*),
    count(distinct ticker),
    min(described_on),
    max(described_on),
    count(known_after)
from raw_shares

union all

select
    'factors',
    count(*),
    null,
    min(date),
    max(date),
    0
from raw_factors

union all

select
    'vix',
    count(*),
    null,
    min(date),
    max(date),
    0
from raw_vix
order by kind
