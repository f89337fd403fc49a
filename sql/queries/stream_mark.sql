-- One row: up to where a followed symbol's posts are stored; none where it is not followed.
-- grain: begin_at
select
    begin_at,
    older,
    checked_at,
    newest_id,
    newest_at
from stream_marks
where source = $source and ticker = $ticker
