-- Symbols whose prices came, all or some, from other files than these.
-- grain: ticker
select distinct raw_prices.ticker
from raw_prices
left join loads using (load_id)
where not coalesce(list_contains($files::varchar[], loads.file), false)
order by raw_prices.ticker
