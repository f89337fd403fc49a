-- One row per step of the newest run that was not done in full, with its reason.
-- grain: step_id
select
    step_id,
    kind,
    source,
    subject,
    outcome,
    reason
from steps
where run_id = (select max(run_id) from runs)
and outcome in ('failed', 'partial', 'stopped', 'killed')
order by step_id
