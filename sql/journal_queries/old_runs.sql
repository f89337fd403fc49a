-- One row: how many runs began before a moment.
-- grain: n_runs
select count(*) as n_runs
from runs
where started_at < :before
