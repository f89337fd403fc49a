-- Adds the days that are new and replaces those that disagree.
-- grain: date
merge into raw_factors as stored
using incoming_factors as incoming
on stored.date = incoming.date
when matched and (
    stored.mkt_rf, stored.smb, stored.hml, stored.rf
) is distinct from (
    incoming.mkt_rf, incoming.smb, incoming.hml, incoming.rf
) then update set
    mkt_rf = incoming.mkt_rf,
    smb = incoming.smb,
    hml = incoming.hml,
    rf = incoming.rf,
    load_id = incoming.load_id
when not matched then insert values (
    incoming.date, incoming.mkt_rf, incoming.smb, incoming.hml, incoming.rf, incoming.load_id
)
