-- Symbols whose prices came, all or some, from other files than these, which are named by the ends of their
-- paths: a home that was moved is still the same.
-- grain: ticker
with ours as (
    select distinct loads.load_id
    from loads
    inner join (select unnest($ends::varchar[]) as path_end) as ends on ends_with(loads.file, ends.path_end)
)

select distinct raw_prices.ticker
from raw_prices
anti join ours using (load_id)
order by raw_prices.ticker
