-- Adds the figures that are new and replaces those that disagree.
-- grain: ticker, settled_on, known_on
merge into raw_short_interest as stored
using incoming_short_interest as incoming
on
    stored.ticker = incoming.ticker
    and stored.settled_on = incoming.settled_on
    and stored.known_on = incoming.known_on
when matched and (
    stored.known_after, stored.shares_short, stored.float_shares, stored.shares_outstanding
) is distinct from (
    incoming.known_after, incoming.shares_short, incoming.float_shares, incoming.shares_outstanding
) then update set
    known_after = incoming.known_after,
    shares_short = incoming.shares_short,
    float_shares = incoming.float_shares,
    shares_outstanding = incoming.shares_outstanding,
    load_id = incoming.load_id
when not matched then insert values (
    incoming.ticker, incoming.settled_on, incoming.known_on, incoming.known_after,
    incoming.shares_short, incoming.float_shares, incoming.shares_outstanding, incoming.load_id
)
