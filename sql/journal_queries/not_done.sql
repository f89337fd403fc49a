-- One row per step of a run that was not done in full, with its reason.
-- grain: step_id
select
    step_id,
    kind,
    source,
    subject,
    outcome,
    reason
from steps
where run_id = :run_id
and outcome in ('failed', 'partial', 'stopped', 'killed')
order by step_id
