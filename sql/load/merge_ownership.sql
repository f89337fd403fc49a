-- Adds the holdings that are new and replaces those that disagree.
-- grain: ticker, described_on, known_on
merge into raw_ownership as stored
using incoming_ownership as incoming
on
    stored.ticker = incoming.ticker
    and stored.described_on = incoming.described_on
    and stored.known_on = incoming.known_on
when matched and (
    stored.known_after, stored.inst_own
) is distinct from (
    incoming.known_after, incoming.inst_own
) then update set
    known_after = incoming.known_after,
    inst_own = incoming.inst_own,
    load_id = incoming.load_id
when not matched then insert values (
    incoming.ticker, incoming.described_on, incoming.known_on, incoming.known_after,
    incoming.inst_own, incoming.load_id
)
