-- One row per run, the newest first, with what its steps moved.
-- grain: run_id
select
    runs.run_id,
    runs.started_at,
    runs.ended_at,
    runs.outcome,
    runs.published_version,
    runs.message,
    runs.code_version,
    runs.pid,
    runs.host,
    count(steps.step_id) as n_steps,
    coalesce(sum(steps.outcome in ('failed', 'partial', 'stopped')), 0) as n_not_done,
    -- What came in: the stages of the build move no rows from outside.
    coalesce(sum(steps.rows_new) filter (where steps.kind not in ('tag', 'build', 'regress', 'publish')), 0)
        as rows_new,
    coalesce(sum(steps.rows_updated), 0) as rows_updated,
    coalesce(sum(steps.rows_duplicate), 0) as rows_duplicate,
    coalesce(sum(steps.rows_quarantined), 0) as rows_quarantined,
    coalesce(sum(steps.requests), 0) as requests,
    coalesce(sum(steps.retries), 0) as retries
from runs
left join steps on steps.run_id = runs.run_id
group by runs.run_id
order by runs.run_id desc
limit :number
