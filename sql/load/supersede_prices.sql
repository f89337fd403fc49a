-- Keeps, in the quarantine, the stored prices that a whole new series of their symbol lacks: they count on
-- another basis than the new ones (before a split or a dividend), so they cannot stand among them.
-- grain: kind, file, line, position
insert into quarantine
select
    'prices',
    $address || ' (superseded)',
    year(stored.date) * 10000 + month(stored.date) * 100 + day(stored.date),
    0,
    'on the basis before a split or dividend, and the source no longer has this session',
    to_json(stored)::varchar,
    (select max(load_id) from incoming_prices)
from raw_prices as stored
anti join incoming_prices as incoming
    on incoming.ticker = stored.ticker and incoming.date = stored.date
where stored.ticker = $ticker
