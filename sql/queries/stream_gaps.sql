-- One row per gap of a followed symbol, the newest first.
-- grain: floor_at
select
    floor_at,
    floor_id,
    ceiling_at,
    cursor,
    n_tries,
    reachable
from stream_gaps
where source = $source and ticker = $ticker
order by floor_at desc
