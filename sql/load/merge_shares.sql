-- Adds the numbers of shares that are new and replaces those that disagree.
-- grain: ticker, described_on, known_on
merge into raw_shares as stored
using incoming_shares as incoming
on
    stored.ticker = incoming.ticker
    and stored.described_on = incoming.described_on
    and stored.known_on = incoming.known_on
when matched and (
    stored.known_after, stored.shares_outstanding
) is distinct from (
    incoming.known_after, incoming.shares_outstanding
) then update set
    known_after = incoming.known_after,
    shares_outstanding = incoming.shares_outstanding,
    load_id = incoming.load_id
when not matched then insert values (
    incoming.ticker, incoming.described_on, incoming.known_on, incoming.known_after,
    incoming.shares_outstanding, incoming.load_id
)
