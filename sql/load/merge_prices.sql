-- Adds the prices that are new and replaces those that disagree.
-- grain: ticker, date
merge into raw_prices as stored
using incoming_prices as incoming
on stored.ticker = incoming.ticker and stored.date = incoming.date
when matched and (
    stored.open, stored.high, stored.low, stored.close, stored.adj_close, stored.volume, stored.split_ratio
) is distinct from (
    incoming.open, incoming.high, incoming.low, incoming.close, incoming.adj_close, incoming.volume,
    incoming.split_ratio
) then update set
    open = incoming.open,
    high = incoming.high,
    low = incoming.low,
    close = incoming.close,
    adj_close = incoming.adj_close,
    volume = incoming.volume,
    split_ratio = incoming.split_ratio,
    load_id = incoming.load_id
when not matched then insert values (
    incoming.ticker, incoming.date, incoming.open, incoming.high, incoming.low, incoming.close,
    incoming.adj_close, incoming.volume, incoming.split_ratio, incoming.load_id
)
