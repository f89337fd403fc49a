-- Adds the offerings that are new and replaces those that disagree.
-- grain: ticker
merge into raw_ipos as stored
using incoming_ipos as incoming
on stored.ticker = incoming.ticker
when matched and (
    stored.first_trade, stored.offer_price, stored.proceeds, stored.founded, stored.venture,
    stored.industry, stored.name
) is distinct from (
    incoming.first_trade, incoming.offer_price, incoming.proceeds, incoming.founded, incoming.venture,
    incoming.industry, incoming.name
) then update set
    first_trade = incoming.first_trade,
    offer_price = incoming.offer_price,
    proceeds = incoming.proceeds,
    founded = incoming.founded,
    venture = incoming.venture,
    industry = incoming.industry,
    name = incoming.name,
    load_id = incoming.load_id
when not matched then insert values (
    incoming.ticker, incoming.first_trade, incoming.offer_price, incoming.proceeds, incoming.founded,
    incoming.venture, incoming.industry, incoming.name, incoming.load_id
)
