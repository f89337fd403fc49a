-- Adds the days that are new and replaces those that disagree.
-- grain: date
merge into raw_vix as stored
using incoming_vix as incoming
on stored.date = incoming.date
when matched and stored.close <> incoming.close then update set
    close = incoming.close,
    load_id = incoming.load_id
when not matched then insert values (
    incoming.date, incoming.close, incoming.load_id
)
