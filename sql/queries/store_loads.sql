-- One row per load of a file, newest first.
-- grain: load_id
select *
from loads
order by load_id desc
limit 20
