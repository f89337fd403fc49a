-- Where a file told of an offering, a live source only adds what the file left open: the incoming rows take
-- over what is stored, and the file's load with it. The live source's own rows it may correct.
-- grain: ticker
update incoming_ipos as incoming
set
    first_trade = stored.first_trade,
    offer_price = coalesce(stored.offer_price, incoming.offer_price),
    proceeds = coalesce(stored.proceeds, incoming.proceeds),
    founded = stored.founded,
    venture = stored.venture,
    industry = stored.industry,
    name = coalesce(stored.name, incoming.name),
    load_id = stored.load_id
from raw_ipos as stored
left join loads on loads.load_id = stored.load_id
where stored.ticker = incoming.ticker and loads.source is distinct from $source
