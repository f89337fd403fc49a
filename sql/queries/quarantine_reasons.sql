-- One row per kind, file and reason of what was refused, most rows first; at most $most of them.
-- grain: kind, file, reason
select
    kind,
    file,
    reason,
    n_rows,
    first_line,
    sum(n_rows) over ()::bigint as n_refused,       -- in all, those left out here too
    count(*) over () as n_reasons
from quarantine_reasons
order by n_rows desc, kind, file, reason
limit $most
