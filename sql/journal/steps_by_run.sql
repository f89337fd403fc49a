-- An index: the steps of a run are found without looking at those of all others.
-- grain: run_id, step_id
create index if not exists steps_by_run on steps (run_id)
