-- One row per refused row of an input file that was refused before a moment.
-- grain: kind, file, line, position
select
    refused.kind,
    refused.file,
    refused.line,
    refused.position
from quarantine as refused
inner join loads using (load_id)
where loads.loaded_at < $before
