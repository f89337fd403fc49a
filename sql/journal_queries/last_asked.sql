-- One row per symbol that a source was asked for: its last such step. Steps and not times, so that a clock that
-- was set puts nobody in front; a step that was killed may have been killed by what it asked for.
-- grain: subject
select
    subject,
    max(step_id) as step_id
from steps
where kind = :kind
and source = :source
and (requests > 0 or outcome = 'killed')
group by subject
