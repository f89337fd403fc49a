-- One row per source that refused this address: until when it is left alone.
-- grain: source
select
    source,
    opened_at,
    until,
    reason
from breakers
where until > :now
order by source
