-- One row per kind, file and reason of what was refused, with the first line it happened on.
-- grain: kind, file, reason
select
    kind,
    file,
    reason,
    count(*) as n_rows,
    min(line) as first_line
from quarantine
group by kind, file, reason
order by n_rows desc, kind, file, reason
